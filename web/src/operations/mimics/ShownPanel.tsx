import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { SidePanel } from '../../ui/ListLayout';
import { Age, LiveValue } from '../../ui/LiveValue';
import styles from './Mimics.module.css';
import type { MimicBinding, MimicPoint } from './queries';
import { mimicTexts } from './texts';

/** What an element shows, in numbers, and the way to the curve. */
export function ShownPanel({ element, bindings, points, onClose }: { element: string; bindings: readonly MimicBinding[]; points: readonly MimicPoint[]; onClose: () => void }) {
  const t = useTexts(mimicTexts);
  const name = useName();
  const mine = [...new Set(bindings.filter((binding) => binding.element === element).map((binding) => binding.point))].map((reference) => points.find((each) => each.reference === reference) ?? { reference, point: null });
  const ids = mine.flatMap(({ point }) => point?.id ?? []);
  return (
    <SidePanel title={element} label={element} onClose={onClose} foot={ids.length > 0 && <LinkButton to={links.trend(ids)}>{t('trend')}</LinkButton>}>
      <ul className={styles['points']}>
        {mine.map(({ reference, point }) => (
          <li key={reference}>
            {point ? <><span>{name(point.assetNameZh, point.assetNameEn)} · {name(point.nameZh, point.nameEn)}<br /><Age time={point.lastTime} /></span><LiveValue point={point} size="figure" /></> : <span>{reference}: {t('point.unknown')}</span>}
          </li>
        ))}
      </ul>
    </SidePanel>
  );
}
