import { useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown, Select } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { alarmListQuery, alarmSummaryQuery } from '../../api/shared';
import type { AlarmItem } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { Chips } from '../../ui/Chips';
import { useNow } from '../../ui/clock';
import { DateInput } from '../../ui/DateInput';
import { formatDuration, formatFullTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan, useMe } from '../../ui/session';
import { PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { idOf, pageNumber, useFilter } from '../../ui/useFilter';
import { hornDesk, useHorn } from '../sound/useHorn';
import { operationsTexts } from '../texts';
import { AcknowledgeDialog } from './AcknowledgeDialog';
import { isUnacknowledged } from './AlarmMark';
import { AlarmPanel } from './AlarmPanel';
import styles from './Desk.module.css';
import { defaults, deskQuery, groupingOf, isNarrowed, viewOf, views, type DeskFilter } from './deskFilter';
import { alarmsOf, deskRows, groupings, moved, settled, type DeskRow } from './deskRows';
import { DeskTable } from './DeskTable';
import { KeyHelp } from './KeyHelp';
import { useDeskKeys } from './useDeskKeys';

type Rows = readonly DeskRow<AlarmItem>[];

/** What is wrong now, what is most urgent of it, and what to do. */
export default function AlarmDeskPage() {
  const t = useTexts(operationsTexts);
  const { message } = App.useApp();
  const can = useCan();
  const [filter, setFilter] = useFilter(defaults);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [acknowledging, setAcknowledging] = useState<readonly number[]>([]);
  const [help, setHelp] = useState(false);
  const alarms = useQuery(deskQuery(filter));
  const rows = useMemo(() => deskRows(alarms.data?.items ?? [], groupingOf(filter), folded, isUnacknowledged), [alarms.data, filter, folded]);
  const [cursor, setCursor] = useCursor(rows);
  const openId = idOf(filter.open);
  const close = useCallback(() => setFilter({ open: '' }), [setFilter]);

  const current = rows.find(({ key }) => key === cursor);
  const shown = alarms.data?.items ?? [];
  const targets = targetsOf(shown, selected, current, openId);
  const waiting = targets.filter(isUnacknowledged).map(({ id }) => id);
  const acknowledge = (): void => { if (waiting.length > 0) setAcknowledging(waiting); else void message.info(t('alarms.nothingToAcknowledge')); };

  const select = (some: readonly AlarmItem[], on: boolean): void => setSelected((before) => {
    const next = new Set(before);
    some.forEach(({ id }) => (on ? next.add(id) : next.delete(id)));
    return next;
  });
  const fold = (key: string, on: boolean): void => setFolded((before) => { const next = new Set(before); if (on) next.add(key); else next.delete(key); return next; });
  const go = (by: number): void => {
    const next = moved(rows, cursor, by);
    setCursor(next);
    const row = rows.find(({ key }) => key === next);
    // With the panel open it follows, so that one can read through the list.
    if (openId !== undefined && row?.kind === 'alarm') setFilter({ open: String(row.alarm.id) });
  };
  const groupUnder = current?.kind === 'group' ? current : current?.group ?? null;
  useDeskKeys({
    j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1), Home: () => go(-Infinity), End: () => go(Infinity),
    ' ': () => select(alarmsOf(current), !alarmsOf(current).every(({ id }) => selected.has(id))),
    x: () => { if (selected.size > 0) setSelected(new Set()); else select(shown, true); },
    Enter: () => { if (current?.kind === 'alarm') setFilter({ open: String(current.alarm.id) }); else if (current) fold(current.key, !current.collapsed); },
    ArrowLeft: () => { if (groupUnder) { fold(groupUnder.key, true); setCursor(groupUnder.key); } },
    ArrowRight: () => { if (groupUnder) fold(groupUnder.key, false); },
    Escape: () => setSelected(new Set()),
    ...(can(permissions.acknowledgeAlarms) ? { a: acknowledge } : {}),
    '/': () => document.querySelector<HTMLInputElement>('#alarm-search')?.focus(),
    '?': () => setHelp(true),
    '0': () => setFilter({ priority: '' }), '1': () => setFilter({ priority: '1' }), '2': () => setFilter({ priority: '2' }), '3': () => setFilter({ priority: '3' }), '4': () => setFilter({ priority: '4' }),
    ']': () => setFilter({ state: nextOf(views, viewOf(filter), 1) }), '[': () => setFilter({ state: nextOf(views, viewOf(filter), -1) }),
    g: () => setFilter({ group: nextOf(groupings, groupingOf(filter), 1) }),
    p: () => print(),
  });
  const finish = (): void => { setAcknowledging([]); setSelected(new Set()); };

  return (
    <Page
      title={t('alarms.title')} layout="fill" figure={<Figure selected={selected.size} />}
      actions={<Actions targets={waiting.length} onAcknowledge={acknowledge} onHelp={() => setHelp(true)} />}
    >
      <PrintHead filter={filter} total={alarms.data?.total ?? 0} />
      <ListLayout
        filters={<DeskFilters filter={filter} onChange={setFilter} />}
        list={(
          <QueryView query={alarms} isEmpty={(page) => page.total === 0} empty={t(emptyText(filter))}>
            {() => <DeskTable rows={rows} cursor={cursor} onCursor={setCursor} openId={openId} onOpen={(alarm) => setFilter({ open: String(alarm.id) })} onFold={(group) => fold(group.key, !group.collapsed)} selected={selected} onSelect={select} />}
          </QueryView>
        )}
        foot={alarms.data && <Pager page={alarms.data.page} pageSize={alarms.data.pageSize} total={alarms.data.total} onPage={(page) => setFilter({ page: String(page) })} disabled={alarms.isPlaceholderData} />}
        panel={openId !== undefined && <AlarmPanel key={openId} id={openId} known={shown.find(({ id }) => id === openId)} onClose={close} onAcknowledge={(id) => setAcknowledging([id])} />}
      />
      {acknowledging.length > 0 && <AcknowledgeDialog ids={acknowledging} onClose={finish} />}
      {help && <KeyHelp onClose={() => setHelp(false)} />}
    </Page>
  );
}

/** The row under the keyboard; when it goes, its place stays. */
function useCursor(rows: Rows): [string | null, (key: string | null) => void] {
  const [state, setState] = useState<{ cursor: string | null; rows: Rows }>({ cursor: null, rows });
  if (state.rows !== rows) setState({ cursor: settled(state.rows, rows, state.cursor), rows });
  const set = useCallback((cursor: string | null) => setState((before) => ({ ...before, cursor })), []);
  return [state.cursor, set];
}

/** What an action is about: the ticked alarms; without ticks those under the cursor; without a cursor the open one. */
export function targetsOf<T extends { id: number }>(shown: readonly T[], selected: ReadonlySet<number>, current: DeskRow<T> | undefined, openId: number | undefined): readonly T[] {
  if (selected.size > 0) return shown.filter(({ id }) => selected.has(id));
  return current ? alarmsOf(current) : shown.filter(({ id }) => id === openId);
}

const nextOf = <T,>(all: readonly T[], value: T, by: number): T => all[(all.indexOf(value) + by + all.length) % all.length] ?? value;

function emptyText(filter: DeskFilter): 'alarms.none' | 'alarms.noneOpen' | 'alarms.noneActive' {
  if (isNarrowed(filter)) return 'alarms.none';
  const view = viewOf(filter);
  return view === 'unacknowledged' ? 'alarms.noneOpen' : view === 'all' ? 'alarms.none' : 'alarms.noneActive';
}

function Figure({ selected }: { selected: number }) {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const now = useNow();
  const summary = useQuery(alarmSummaryQuery).data;
  const oldest = useQuery(alarmListQuery({ state: 'unacknowledged', pageSize: 200 })).data?.items.reduce<number | null>((least, alarm) => Math.min(least ?? Infinity, Date.parse(alarm.raised)), null);
  if (selected > 0) return <>{t('desk.selected', { n: selected })}</>;
  if (!summary) return null;
  if (summary.unacknowledged === 0 || oldest === null || oldest === undefined) return <>{t('alarms.figureNone')}</>;
  return <>{t('alarms.figure', { n: summary.unacknowledged, age: formatDuration(now - oldest, language) })}</>;
}

function DeskFilters({ filter, onChange }: { filter: DeskFilter; onChange: (patch: Partial<DeskFilter>) => void }) {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const summary = useQuery(alarmSummaryQuery).data;
  const search = useCallback((q: string) => onChange({ q }), [onChange]);
  const view = viewOf(filter);
  const counts: Partial<Record<string, number | undefined>> = { unacknowledged: summary?.unacknowledged, open: summary?.open, active: summary?.active };
  const priorities = ([1, 2, 3, 4] as const).map((priority) => ({ value: String(priority), label: <span><PriorityShape priority={priority} size={16} decorative /> {ui(`priority.${priority}`)}</span> }));
  return (
    <>
      <Chips label={t('alarms.state')} value={view} onChange={(state) => onChange({ state })} options={views.map((value) => ({ value, label: t(`alarms.${value}`), count: counts[value] }))} />
      <Select aria-label={t('alarms.priority')} style={{ width: 172 }} value={filter.priority} onChange={(priority) => onChange({ priority })} options={[{ value: '', label: t('alarms.anyPriority') }, ...priorities]} />
      <SearchBox id="alarm-search" label={t('alarms.search')} value={filter.q} onChange={search} width={180} />
      <div style={{ width: 180, display: 'grid' }}><AssetSelect label={t('desk.asset')} placeholder={t('desk.asset')} allowClear value={idOf(filter.asset) ?? null} onChange={(asset) => onChange({ asset: asset === null ? '' : String(asset) })} /></div>
      {view === 'all'
        ? <><DateInput label={t('desk.from')} value={filter.from.slice(0, 10)} onChange={(from) => onChange({ from })} /><DateInput label={t('desk.to')} value={filter.to.slice(0, 10)} onChange={(to) => onChange({ to })} /></>
        : <Select aria-label={t('desk.grouping')} style={{ width: 132 }} value={groupingOf(filter)} onChange={(group) => onChange({ group })} options={groupings.map((value) => ({ value, label: t(`desk.by.${value}`) }))} />}
      {isNarrowed(filter) && <Button type="link" onClick={() => onChange({ priority: '', q: '', asset: '', from: '', to: '' })}>{ui('action.clear')}</Button>}
    </>
  );
}

function Actions({ targets, onAcknowledge, onHelp }: { targets: number; onAcknowledge: () => void; onHelp: () => void }) {
  const t = useTexts(operationsTexts);
  const can = useCan();
  const horn = useHorn();
  return (
    <div className={styles['actions']}>
      <Button disabled={horn.sounding.length === 0} onClick={() => hornDesk.silence()} aria-keyshortcuts="M" title={t('sound.silenceHint')}>{t('sound.silence')}<kbd>M</kbd></Button>
      {can(permissions.acknowledgeAlarms) && (
        <Button type="primary" disabled={targets === 0} onClick={onAcknowledge} aria-keyshortcuts="A">{targets > 1 ? t('alarms.acknowledgeN', { n: targets }) : t('alarms.acknowledge')}<kbd>A</kbd></Button>
      )}
      <Dropdown trigger={['click']} menu={{ items: [
        { key: 'print', label: t('desk.print'), onClick: () => print() },
        { key: 'sound', label: t(horn.on ? 'sound.turnOff' : 'sound.turnOn'), onClick: () => hornDesk.setOn(!horn.on) },
        { key: 'keys', label: t('keys.title'), onClick: onHelp },
      ] }}>
        <Button aria-label={t('desk.more')} icon={<Icon name="more" />} />
      </Dropdown>
    </div>
  );
}

/** On paper: what list this is, of when, and for whom it was printed. */
function PrintHead({ filter, total }: { filter: DeskFilter; total: number }) {
  const t = useTexts(operationsTexts);
  const me = useMe();
  const now = useNow(60);
  return <p className={styles['printHead']}>{t(`alarms.${viewOf(filter)}`)} · {t('desk.printed', { n: total, time: formatFullTime(now), by: me.userName })}{pageNumber(filter.page) > 1 && ` · ${filter.page}`}</p>;
}
