import { Checkbox } from 'antd';
import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react';
import type { AlarmItem } from '../../api/types';
import { useAlarmName } from '../../ui/alarmName';
import { useNow } from '../../ui/clock';
import table from '../../ui/DataTable.module.css';
import { formatDuration, formatFullTime, formatTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useTexts } from '../../ui/i18n';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { usePlaceName } from '../../ui/usePlaceName';
import { useUnitSymbol } from '../../ui/useUnitSymbol';
import { operationsTexts } from '../texts';
import { AlarmMark, hasLimit, isUnacknowledged, plainNumber } from './AlarmMark';
import { AlarmStateText } from './AlarmTable';
import styles from './Desk.module.css';
import { alarmsOf, type DeskGroup, type DeskRow } from './deskRows';

interface DeskTableProps {
  rows: readonly DeskRow<AlarmItem>[];
  /** Row under the keyboard. */
  cursor: string | null;
  onCursor: (key: string) => void;
  openId: number | undefined;
  onOpen: (alarm: AlarmItem) => void;
  onFold: (group: DeskGroup<AlarmItem>) => void;
  selected: ReadonlySet<number>;
  onSelect: (alarms: readonly AlarmItem[], on: boolean) => void;
}

/** The list an operator lives in. The keys are the page's; the row under the cursor has the focus. */
export function DeskTable(props: DeskTableProps) {
  const { rows, selected, onSelect } = props;
  const t = useTexts(operationsTexts);
  const alarms = rows.flatMap((row) => (row.kind === 'group' ? (row.collapsed ? row.alarms : []) : [row.alarm]));
  const all = alarms.length > 0 && alarms.every(({ id }) => selected.has(id));
  const some = alarms.some(({ id }) => selected.has(id));
  return (
    <div className={styles['frame']}>
      <table className={`${table['table']} ${styles['desk']}`} aria-label={t('alarms.title')}>
        <colgroup>{(['check', 'mark', 'raised', 'place', 'what', 'value', 'state'] as const).map((column) => <col key={column} className={styles[`${column}Column`] ?? ''} />)}</colgroup>
        <thead>
          <tr>
            <th scope="col" className={table['check']}><Checkbox aria-label={t('alarms.selectAll')} checked={all} indeterminate={some && !all} onChange={(event) => onSelect(alarms, event.target.checked)} /></th>
            <th scope="col"><span className="visually-hidden">{t('alarms.priority')}</span></th>
            <th scope="col">{t('alarms.raised')}</th>
            <th scope="col">{t('alarms.place')}</th>
            <th scope="col">{t('alarms.what')}</th>
            <th scope="col" className={table['right']}>{t('alarms.value')} / {t('alarms.limit')}</th>
            <th scope="col">{t('alarms.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (row.kind === 'group'
            ? <GroupRow key={row.key} {...props} group={row} first={index === 0} />
            : <AlarmRow key={row.key} {...props} row={row} first={index === 0} />))}
        </tbody>
      </table>
    </div>
  );
}

/** Keeps the row under the cursor focused and in sight, but takes the keyboard from nobody who has it elsewhere on purpose. */
function useCursorFocus(isCursor: boolean) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (!isCursor || !row.current || row.current.contains(document.activeElement)) return;
    const active = document.activeElement;
    if (active === null || active === document.body || active.closest('table') === row.current.closest('table')) row.current.focus({ preventScroll: true });
    row.current.scrollIntoView({ block: 'nearest' });
  }, [isCursor]);
  return row;
}

function GroupRow({ group, cursor, onCursor, onFold, selected, onSelect, first }: DeskTableProps & { group: DeskGroup<AlarmItem>; first: boolean }) {
  const t = useTexts(operationsTexts);
  const place = usePlaceName();
  const alarmName = useAlarmName();
  const isCursor = cursor === group.key;
  const row = useCursorFocus(isCursor);
  const chosen = group.alarms.filter(({ id }) => selected.has(id)).length;
  const places = [...new Set(group.alarms.map(place))];
  const name = places.length === 1 ? places[0] ?? '' : t('desk.places', { place: place(group.firstOut), n: places.length - 1 });
  return (
    <tr ref={row} className={styles['group']} tabIndex={isCursor || (cursor === null && first) ? 0 : -1} onFocus={() => onCursor(group.key)}>
      <td className={table['check']}><Checkbox aria-label={t('desk.selectGroup', { name })} checked={chosen === group.alarms.length} indeterminate={chosen > 0 && chosen < group.alarms.length} onChange={(event) => onSelect(group.alarms, event.target.checked)} tabIndex={-1} /></td>
      <td>{isPriority(group.priority) && <PriorityShape priority={group.priority} unacknowledged={group.unacknowledged > 0} />}</td>
      <td colSpan={5}>
        <button type="button" className={styles['fold']} tabIndex={-1} aria-expanded={!group.collapsed} onClick={() => onFold(group)}>
          <Icon name={group.collapsed ? 'right' : 'down'} size={12} /><strong>{name}</strong>
          <span>{t('desk.groupCount', { n: group.alarms.length })}</span>
          {group.unacknowledged > 0 && <span>{t('desk.groupUnacknowledged', { n: group.unacknowledged })}</span>}
          <span>{t('desk.firstOut', { name: alarmName(group.firstOut), time: formatTime(group.firstOut.raised).slice(6) })}</span>
        </button>
      </td>
    </tr>
  );
}

function AlarmRow({ row: { alarm, key, group }, cursor, onCursor, openId, onOpen, selected, onSelect, first }: DeskTableProps & { row: Extract<DeskRow<AlarmItem>, { kind: 'alarm' }>; first: boolean }) {
  const t = useTexts(operationsTexts);
  const place = usePlaceName();
  const alarmName = useAlarmName();
  const symbol = useUnitSymbol();
  const isCursor = cursor === key;
  const ref = useCursorFocus(isCursor);
  const open = alarm.id === openId;
  const unseen = isUnacknowledged(alarm);
  const click = (event: MouseEvent): void => { if (!(event.target instanceof Element && event.target.closest('a, button, input, label'))) { onCursor(key); onOpen(alarm); } };
  return (
    <tr
      ref={ref} className={`${table['openable']} ${open ? table['open'] : ''} ${unseen ? table['strong'] : ''} ${group ? styles['member'] : ''}`} aria-current={open ? 'true' : undefined}
      tabIndex={isCursor || (cursor === null && first) ? 0 : -1} onFocus={() => onCursor(key)} onClick={click}
    >
      <td className={table['check']} style={unseen ? { boxShadow: `inset 3px 0 var(--p${alarm.priority})` } : undefined}>
        <Checkbox aria-label={t('alarms.select', { name: alarmName(alarm) })} checked={selected.has(alarm.id)} onChange={(event) => onSelect([alarm], event.target.checked)} tabIndex={-1} />
      </td>
      <td className={styles['mark']}><AlarmMark alarm={alarm} /></td>
      <td><time dateTime={alarm.raised} title={formatFullTime(alarm.raised)}>{raisedText(alarm.raised)}</time><Since alarm={alarm} /></td>
      <td className={table['cutStart']}><bdi dir="ltr" title={place(alarm)}>{place(alarm)}</bdi></td>
      <td title={alarmName(alarm)}>{alarmName(alarm)}{group?.firstOut.id === alarm.id && <Badge title={t('desk.firstOutHint')}>{t('desk.first')}</Badge>}{alarm.chattering && <Badge title={t('desk.chatteringHint')}>{t('desk.chattering')}</Badge>}{alarm.stale && <Badge title={t('desk.staleHint')}>{t('desk.stale')}</Badge>}{(alarm.overdue || alarm.worse) && <Badge title={t(alarm.overdue ? 'desk.overdueHint' : 'desk.worseHint', { n: alarm.basePriority })}>↑</Badge>}{alarm.repeats > 0 && <Badge title={t('desk.repeatsHint', { n: alarm.repeats })}>×{alarm.repeats + 1}</Badge>}</td>
      <td className={table['right']}>{plainNumber(alarm.value)}{hasLimit(alarm) && <span className={styles['of']}> / {plainNumber(alarm.limit)}</span>}<span className={styles['unit']}>{'\u2009'}{symbol(alarm.unit)}</span></td>
      <td><AlarmStateText alarm={alarm} /></td>
    </tr>
  );
}

/** Of today the time, of other days the day as well. */
const raisedText = (raised: string): string => {
  const full = formatFullTime(raised);
  return full.slice(0, 10) === formatFullTime(Date.now()).slice(0, 10) ? full.slice(11) : full.slice(5, 16);
};

function Badge({ title, children }: { title: string; children: ReactNode }) {
  return <>{' '}<span className={styles['badge']} title={title}>{children}</span></>;
}

/** How long it has stood, or for how long it had. */
function Since({ alarm }: { alarm: AlarmItem }) {
  const language = useLanguage();
  const now = useNow(10);
  const end = alarm.returned ? Date.parse(alarm.returned) : now;
  return <span className={styles['since']}>{formatDuration(Math.max(0, end - Date.parse(alarm.raised)), language)}</span>;
}

export const rowsAlarms = (rows: readonly DeskRow<AlarmItem>[], key: string | null): readonly AlarmItem[] => alarmsOf(rows.find((row) => row.key === key));
