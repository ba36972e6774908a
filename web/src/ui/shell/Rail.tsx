import { Link, useLocation } from 'react-router';
import { useFeatures, type RailGroup } from '../feature';
import { pick, useLanguage, useTexts } from '../i18n';
import { Icon } from '../Icon';
import { useCan } from '../session';
import { uiTexts } from '../texts';
import styles from './Shell.module.css';

const groups: readonly RailGroup[] = ['operations', 'economy', 'perception', 'identifiers', 'park', 'settings'];

/** The house with the rooms that exist and that this account may enter. */
export function Rail({ folded, onFold }: { folded: boolean; onFold: () => void }) {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const can = useCan();
  const items = useFeatures().flatMap((feature) => feature.rail ?? []).filter((item) => can(item.permission));
  const here = roomOf(useLocation().pathname, items.map((item) => item.to));
  const foldLabel = t(folded ? 'nav.expand' : 'nav.collapse');
  return (
    <nav className={styles['rail']} aria-label={t('nav.main')}>
      {groups.map((group) => {
        const rooms = items.filter((item) => item.group === group);
        if (rooms.length === 0) return null;
        return [
          <div key={group} className={styles['group']}>{t(`group.${group}`)}</div>,
          ...rooms.map(({ to, label, icon, Badge }) => (
            <Link key={to} to={to} aria-current={to === here ? 'page' : undefined} className={styles['item'] ?? ''} title={folded ? pick(label, language) : undefined}>
              <Icon name={icon} /><span className={styles['label']}>{pick(label, language)}</span>
              {Badge && <Badge />}
            </Link>
          )),
        ];
      })}
      <button type="button" className={styles['fold']} onClick={onFold} aria-label={foldLabel} title={foldLabel}>
        <Icon name={folded ? 'unfold' : 'fold'} /><span>{foldLabel}</span>
      </button>
    </nav>
  );
}

/** The room a path lies in: `/economy/filing/1` is in the room of filing and not also in that of the economy. */
export function roomOf(path: string, rooms: readonly string[]): string | undefined {
  return rooms.filter((room) => path === room || (room !== '/' && path.startsWith(`${room}/`))).sort((a, b) => b.length - a.length)[0];
}

/** Number at the right of a room. */
export function RailBadge({ count, label }: { count: number | undefined; label: string }) {
  if (!count) return null;
  return <span className={styles['badge']} title={label}>{count > 999 ? '999+' : count}<span className="visually-hidden"> {label}</span></span>;
}
