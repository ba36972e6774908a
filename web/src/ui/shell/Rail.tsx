import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { railGroups, useFeatures, type RailGroup, type RailItem } from '../feature';
import { pick, useLanguage, useTexts } from '../i18n';
import { Icon } from '../Icon';
import { useCan } from '../session';
import { uiTexts } from '../texts';
import { isOpen, rememberChoices, rememberedChoices, type GroupChoices } from './railGroups';
import styles from './Shell.module.css';

/** The house with the rooms that exist and that this account may enter, folded into its parts. */
export function Rail({ folded, onFold }: { folded: boolean; onFold: () => void }) {
  const t = useTexts(uiTexts);
  const can = useCan();
  const { pathname } = useLocation();
  const items = useFeatures().flatMap((feature) => feature.rail ?? []).filter((item) => can(item.permission));
  const here = roomOf(pathname, items.map((item) => item.to));
  const current = items.find((item) => item.to === here)?.group;
  const [choices, setChoices] = useState(rememberedChoices);
  const foldLabel = t(folded ? 'nav.expand' : 'nav.collapse');
  const choose = (group: RailGroup, open: boolean): void => {
    const next: GroupChoices = { ...choices, [group]: open };
    rememberChoices(next);
    setChoices(next);
  };
  return (
    <nav className={styles['rail']} aria-label={t('nav.main')}>
      {railGroups.map((group) => {
        const rooms = items.filter((item) => item.group === group);
        if (rooms.length === 0) return null;
        // As icons there is no heading to open a group with.
        const open = folded || isOpen(group, choices, current);
        return (
          <Group key={group} id={`rail-${group}`} label={t(`group.${group}`)} open={open} isCurrent={group === current} onChoose={(next) => choose(group, next)} badges={open ? null : rooms.map(({ to, Badge }) => Badge && <Badge key={to} />)}>
            {rooms.map((room) => <Room key={room.to} room={room} isHere={room.to === here} folded={folded} />)}
          </Group>
        );
      })}
      <button type="button" className={styles['fold']} onClick={onFold} aria-label={foldLabel} title={foldLabel}>
        <Icon name={folded ? 'unfold' : 'fold'} /><span>{foldLabel}</span>
      </button>
    </nav>
  );
}

interface GroupProps { id: string; label: string; open: boolean; isCurrent: boolean; onChoose: (open: boolean) => void; badges: ReactNode; children: ReactNode }

/** The group of the page that is open stays open: nobody loses sight of where they are. */
function Group({ id, label, open, isCurrent, onChoose, badges, children }: GroupProps) {
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    if (!isCurrent) onChoose(event.key === 'ArrowRight');
  };
  return (
    <>
      <button type="button" className={styles['group']} aria-expanded={open} aria-controls={id} aria-disabled={isCurrent || undefined} onClick={() => { if (!isCurrent) onChoose(!open); }} onKeyDown={press}>
        <span>{label}</span>{badges}<Icon name={open ? 'down' : 'right'} size={12} />
      </button>
      <div id={id} hidden={!open} className={styles['rooms']}>{open && children}</div>
    </>
  );
}

function Room({ room: { to, label, icon, Badge }, isHere, folded }: { room: RailItem; isHere: boolean; folded: boolean }) {
  const language = useLanguage();
  return (
    <Link to={to} aria-current={isHere ? 'page' : undefined} className={styles['item'] ?? ''} title={folded ? pick(label, language) : undefined}>
      <Icon name={icon} /><span className={styles['label']}>{pick(label, language)}</span>
      {Badge && <Badge />}
    </Link>
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
