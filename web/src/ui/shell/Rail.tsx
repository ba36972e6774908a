import { NavLink } from 'react-router';
import { useFeatures, type RailGroup } from '../feature';
import { pick, useLanguage, useTexts } from '../i18n';
import { Icon } from '../Icon';
import { useCan } from '../session';
import { uiTexts } from '../texts';
import styles from './Shell.module.css';

const groups: readonly RailGroup[] = ['operations', 'economy', 'perception', 'park', 'settings'];

/** The house with the rooms that exist and that this account may enter. */
export function Rail({ folded, onFold }: { folded: boolean; onFold: () => void }) {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const can = useCan();
  const items = useFeatures().flatMap((feature) => feature.rail ?? []).filter((item) => can(item.permission));
  const foldLabel = t(folded ? 'nav.expand' : 'nav.collapse');
  return (
    <nav className={styles['rail']} aria-label={t('nav.main')}>
      {groups.map((group) => {
        const rooms = items.filter((item) => item.group === group);
        if (rooms.length === 0) return null;
        return [
          <div key={group} className={styles['group']}>{t(`group.${group}`)}</div>,
          ...rooms.map(({ to, label, icon, Badge }) => (
            <NavLink key={to} to={to} end={to === '/'} className={styles['item'] ?? ''} title={folded ? pick(label, language) : undefined}>
              <Icon name={icon} /><span className={styles['label']}>{pick(label, language)}</span>
              {Badge && <Badge />}
            </NavLink>
          )),
        ];
      })}
      <button type="button" className={styles['fold']} onClick={onFold} aria-label={foldLabel} title={foldLabel}>
        <Icon name={folded ? 'unfold' : 'fold'} /><span>{foldLabel}</span>
      </button>
    </nav>
  );
}

/** Number at the right of a room. */
export function RailBadge({ count, label }: { count: number | undefined; label: string }) {
  if (!count) return null;
  return <span className={styles['badge']} title={label}>{count > 999 ? '999+' : count}<span className="visually-hidden"> {label}</span></span>;
}
