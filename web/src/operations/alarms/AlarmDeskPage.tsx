import { useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown, Select } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { alarmListQuery, alarmSummaryQuery } from '../../api/shared';
import type { AlarmDefinition, AlarmItem } from '../../api/types';
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
import { OnDuty } from '../duty/OnDuty';
import { hornDesk, useHorn } from '../sound/useHorn';
import { operationsTexts } from '../texts';
import { AcknowledgeDialog } from './AcknowledgeDialog';
import { isUnacknowledged } from './AlarmMark';
import { AlarmPanel } from './AlarmPanel';
import { CommentDialog, ReleaseDialog } from './CommentDialog';
import styles from './Desk.module.css';
import { defaults, deskQuery, groupingOf, heldOf, heldQuery, isHeldView, isNarrowed, viewOf, views, type DeskFilter, type HeldView } from './deskFilter';
import { alarmsOf, deskRows, groupings, moved, settled, type DeskRow } from './deskRows';
import { DeskTable } from './DeskTable';
import { HeldTable } from './HeldTable';
import { KeyHelp } from './KeyHelp';
import { ServiceDialog, ShelveDialog } from './ShelveDialog';
import { useReset } from './useAlarmActs';
import { useDeskKeys, type DeskKeys } from './useDeskKeys';

type Rows = readonly DeskRow<AlarmItem>[];

/** What somebody is about to do, and with what. */
type Act =
  | { kind: 'acknowledge' | 'comment'; ids: readonly number[] }
  | { kind: 'shelve' | 'service'; ids: readonly number[] }
  | { kind: 'release'; definitions: readonly { id: number; state: string }[] }
  | { kind: 'help' };

/** What is wrong now, what is most urgent of it, and what to do. */
export default function AlarmDeskPage() {
  const [filter, setFilter] = useFilter(defaults);
  const [act, setAct] = useState<Act | null>(null);
  const view = viewOf(filter);
  const parts = { filter, onChange: setFilter, onAct: setAct };
  // A dialog that is closed after its act leaves nothing ticked.
  const [round, setRound] = useState(0);
  const close = (): void => { setAct(null); setRound(round + 1); };
  return (
    <>
      {isHeldView(view) ? <HeldDesk key={`${view}-${round}`} view={view} {...parts} /> : <Desk key="desk" round={round} {...parts} />}
      {act && <ActDialog act={act} onClose={close} />}
    </>
  );
}

function ActDialog({ act, onClose }: { act: Act; onClose: () => void }) {
  switch (act.kind) {
    case 'acknowledge': return <AcknowledgeDialog ids={act.ids} onClose={onClose} />;
    case 'comment': return <CommentDialog ids={act.ids} onClose={onClose} />;
    case 'shelve': return <ShelveDialog definitionIds={act.ids} onClose={onClose} />;
    case 'service': return <ServiceDialog definitionIds={act.ids} onClose={onClose} />;
    case 'release': return <ReleaseDialog definitions={act.definitions} onClose={onClose} />;
    case 'help': return <KeyHelp onClose={onClose} />;
  }
}

interface DeskProps { filter: DeskFilter; onChange: (patch: Partial<DeskFilter>) => void; onAct: (act: Act) => void }

const definitionsOf = (alarms: readonly AlarmItem[]): number[] => [...new Set(alarms.map(({ definitionId }) => definitionId))];

function Desk({ filter, onChange, onAct, round }: DeskProps & { round: number }) {
  const t = useTexts(operationsTexts);
  const { message } = App.useApp();
  const can = useCan();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [seenRound, setSeenRound] = useState(round);
  if (seenRound !== round) { setSeenRound(round); setSelected(new Set()); }
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const reset = useReset(() => setSelected(new Set()));
  const alarms = useQuery(deskQuery(filter));
  const rows = useMemo(() => deskRows(alarms.data?.items ?? [], groupingOf(filter), folded, isUnacknowledged), [alarms.data, filter, folded]);
  const [cursor, setCursor] = useCursor(rows);
  const openId = idOf(filter.open);
  const close = useCallback(() => onChange({ open: '' }), [onChange]);

  const current = rows.find(({ key }) => key === cursor);
  const shown = alarms.data?.items ?? [];
  const targets = targetsOf(shown, selected, current, openId);
  const waiting = targets.filter(isUnacknowledged).map(({ id }) => id);
  const latched = targets.filter(({ state }) => state === 'latchedAcknowledged').map(({ id }) => id);
  const orSay = (some: readonly unknown[], words: 'alarms.nothingToAcknowledge' | 'desk.nothingChosen' | 'desk.nothingLatched', go: () => void): void => { if (some.length > 0) go(); else void message.info(t(words)); };
  const acts: DeskActs = {
    acknowledge: can(permissions.acknowledgeAlarms) ? () => orSay(waiting, 'alarms.nothingToAcknowledge', () => onAct({ kind: 'acknowledge', ids: waiting })) : null,
    shelve: can(permissions.shelveAlarms) ? () => orSay(targets, 'desk.nothingChosen', () => onAct({ kind: 'shelve', ids: definitionsOf(targets) })) : null,
    service: can(permissions.serviceAlarms) ? () => orSay(targets, 'desk.nothingChosen', () => onAct({ kind: 'service', ids: definitionsOf(targets) })) : null,
    comment: can(permissions.acknowledgeAlarms) ? () => orSay(targets, 'desk.nothingChosen', () => onAct({ kind: 'comment', ids: targets.map(({ id }) => id) })) : null,
    reset: can(permissions.acknowledgeAlarms) ? () => orSay(latched, 'desk.nothingLatched', () => reset.mutate({ ids: latched })) : null,
    help: () => onAct({ kind: 'help' }),
  };

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
    if (openId !== undefined && row?.kind === 'alarm') onChange({ open: String(row.alarm.id) });
  };
  const groupUnder = current?.kind === 'group' ? current : current?.group ?? null;
  useDeskKeys({
    ...commonKeys(filter, onChange, acts),
    j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1), Home: () => go(-Infinity), End: () => go(Infinity),
    ' ': () => select(alarmsOf(current), !alarmsOf(current).every(({ id }) => selected.has(id))),
    x: () => { if (selected.size > 0) setSelected(new Set()); else select(shown, true); },
    Enter: () => { if (current?.kind === 'alarm') onChange({ open: String(current.alarm.id) }); else if (current) fold(current.key, !current.collapsed); },
    ArrowLeft: () => { if (groupUnder) { fold(groupUnder.key, true); setCursor(groupUnder.key); } },
    ArrowRight: () => { if (groupUnder) fold(groupUnder.key, false); },
    Escape: () => setSelected(new Set()),
  });

  return (
    <Page title={t('alarms.title')} layout="fill" figure={<><Figure selected={selected.size} /><OnDuty /></>} actions={<Actions waiting={waiting.length} targets={targets.length} acts={acts} />}>
      <PrintHead filter={filter} total={alarms.data?.total ?? 0} />
      <ListLayout
        filters={<DeskFilters filter={filter} onChange={onChange} />}
        list={(
          <QueryView query={alarms} isEmpty={(page) => page.total === 0} empty={t(emptyText(filter))}>
            {() => <DeskTable rows={rows} cursor={cursor} onCursor={setCursor} openId={openId} onOpen={(alarm) => onChange({ open: String(alarm.id) })} onFold={(group) => fold(group.key, !group.collapsed)} selected={selected} onSelect={select} />}
          </QueryView>
        )}
        foot={alarms.data && <Pager page={alarms.data.page} pageSize={alarms.data.pageSize} total={alarms.data.total} onPage={(page) => onChange({ page: String(page) })} disabled={alarms.isPlaceholderData} />}
        panel={openId !== undefined && (
          <AlarmPanel
            key={openId} id={openId} known={shown.find(({ id }) => id === openId)} onClose={close}
            onAcknowledge={(id) => onAct({ kind: 'acknowledge', ids: [id] })} onShelve={(id) => onAct({ kind: 'shelve', ids: [id] })} onRelease={(definition) => onAct({ kind: 'release', definitions: [definition] })}
          />
        )}
      />
    </Page>
  );
}

/** What is kept from being announced, and the way back. */
function HeldDesk({ view, filter, onChange, onAct }: DeskProps & { view: HeldView }) {
  const t = useTexts(operationsTexts);
  const can = useCan();
  const held = useQuery(heldQuery);
  const [selected, setSelected] = useState<Set<number | string>>(new Set());
  const rows = heldOf(held.data ?? [], view, filter);
  const mayRelease = view !== 'suppressed' && can(view === 'shelved' ? permissions.shelveAlarms : permissions.serviceAlarms);
  const targets = (): readonly AlarmDefinition[] => (selected.size > 0 ? rows.filter(({ id }) => selected.has(id)) : rows.filter((_row, index) => index === focusedRow()));
  const release = (): void => { const chosen = targets(); if (chosen.length > 0) onAct({ kind: 'release', definitions: chosen.map(({ id, state }) => ({ id, state })) }); };
  const open = (row: AlarmDefinition): void => { if (row.alarmId) onChange({ open: String(row.alarmId) }); };
  const acts: DeskActs = { acknowledge: null, shelve: null, service: null, comment: null, reset: null, help: () => onAct({ kind: 'help' }) };
  const openId = idOf(filter.open);
  useDeskKeys({
    ...commonKeys(filter, onChange, acts),
    j: () => focusRow(1), k: () => focusRow(-1), ArrowDown: () => focusRow(1), ArrowUp: () => focusRow(-1),
    ' ': () => { const row = rows[focusedRow()]; if (row) setSelected((before) => { const next = new Set(before); if (!next.delete(row.id)) next.add(row.id); return next; }); },
    ...(mayRelease ? { u: release } : {}),
  });
  return (
    <Page
      title={t('alarms.title')} layout="fill" figure={t(`held.figure.${view}`, { n: rows.length })}
      actions={mayRelease && <div className={styles['actions']}><Button type="primary" disabled={rows.length === 0} onClick={() => { if (selected.size > 0) release(); else focusRow(1); }} aria-keyshortcuts="U">{selected.size > 1 ? t('release.buttonN', { n: selected.size }) : t('release.button')}<kbd>U</kbd></Button></div>}
    >
      <ListLayout
        filters={<DeskFilters filter={filter} onChange={onChange} />}
        list={<QueryView query={held} isEmpty={() => rows.length === 0} empty={t(`held.none.${view}`)}>{() => <HeldTable view={view} rows={rows} onOpen={open} selected={selected} onSelect={setSelected} />}</QueryView>}
        panel={openId !== undefined && <AlarmPanel key={openId} id={openId} known={undefined} onClose={() => onChange({ open: '' })} onAcknowledge={(id) => onAct({ kind: 'acknowledge', ids: [id] })} onShelve={(id) => onAct({ kind: 'shelve', ids: [id] })} onRelease={(definition) => onAct({ kind: 'release', definitions: [definition] })} />}
      />
    </Page>
  );
}

const bodyRows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('main tbody tr')];
const focusedRow = (): number => bodyRows().findIndex((row) => row.contains(document.activeElement));

function focusRow(by: number): void {
  const rows = bodyRows();
  const at = focusedRow();
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

interface DeskActs { acknowledge: (() => void) | null; shelve: (() => void) | null; service: (() => void) | null; comment: (() => void) | null; reset: (() => void) | null; help: () => void }

/** The filter as the address says it: it is ahead of what is rendered while keys follow each other. */
function addressed(filter: DeskFilter): DeskFilter {
  const search = new URLSearchParams(location.search);
  return { ...filter, state: search.get('state') ?? defaults.state, group: search.get('group') ?? defaults.group };
}

/** The keys that are the same in every list. */
function commonKeys(filter: DeskFilter, onChange: DeskProps['onChange'], acts: DeskActs): DeskKeys {
  const given = (key: string, act: (() => void) | null): DeskKeys => (act ? { [key]: act } : {});
  return {
    ...given('a', acts.acknowledge), ...given('s', acts.shelve), ...given('o', acts.service), ...given('c', acts.comment), ...given('r', acts.reset),
    '/': () => document.querySelector<HTMLInputElement>('#alarm-search')?.focus(),
    '?': acts.help,
    '0': () => onChange({ priority: '' }), '1': () => onChange({ priority: '1' }), '2': () => onChange({ priority: '2' }), '3': () => onChange({ priority: '3' }), '4': () => onChange({ priority: '4' }),
    ']': () => onChange({ state: nextOf(views, viewOf(addressed(filter)), 1), open: '' }), '[': () => onChange({ state: nextOf(views, viewOf(addressed(filter)), -1), open: '' }),
    g: () => onChange({ group: nextOf(groupings, groupingOf(addressed(filter)), 1) }),
    p: () => print(),
  };
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
  const flood = summary.flood && <strong className={styles['flood']}>{t('desk.flood', { n: summary.flood.count, age: formatDuration(now - Date.parse(summary.flood.since), language) })}</strong>;
  if (summary.unacknowledged === 0 || oldest === null || oldest === undefined) return <>{t('alarms.figureNone')}{flood}</>;
  return <>{flood}{t('alarms.figure', { n: summary.unacknowledged, age: formatDuration(now - oldest, language) })}</>;
}

function DeskFilters({ filter, onChange }: { filter: DeskFilter; onChange: (patch: Partial<DeskFilter>) => void }) {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const summary = useQuery(alarmSummaryQuery).data;
  const search = useCallback((q: string) => onChange({ q }), [onChange]);
  const view = viewOf(filter);
  const held = useQuery(heldQuery).data;
  const heldCount = (state: HeldView): number | undefined => held?.filter((each) => each.state === state).length;
  const counts: Partial<Record<string, number | undefined>> = { unacknowledged: summary?.unacknowledged, open: summary?.open, active: summary?.active, shelved: heldCount('shelved'), suppressed: heldCount('suppressed'), outOfService: heldCount('outOfService') };
  const priorities = ([1, 2, 3, 4] as const).map((priority) => ({ value: String(priority), label: <span><PriorityShape priority={priority} size={16} decorative /> {ui(`priority.${priority}`)}</span> }));
  return (
    <>
      <Chips label={t('alarms.state')} value={view} onChange={(state) => onChange({ state, open: '' })} options={views.map((value) => ({ value, label: t(`alarms.${value}`), count: counts[value] }))} />
      <Select aria-label={t('alarms.priority')} style={{ width: 142 }} value={filter.priority} onChange={(priority) => onChange({ priority })} options={[{ value: '', label: t('alarms.anyPriority') }, ...priorities]} />
      <SearchBox id="alarm-search" label={t('alarms.search')} value={filter.q} onChange={search} width={150} />
      {!isHeldView(view) && <div style={{ width: 150, display: 'grid' }}><AssetSelect label={t('desk.asset')} placeholder={t('desk.asset')} allowClear value={idOf(filter.asset) ?? null} onChange={(asset) => onChange({ asset: asset === null ? '' : String(asset) })} /></div>}
      {view === 'all'
        ? <><DateInput label={t('desk.from')} value={filter.from.slice(0, 10)} onChange={(from) => onChange({ from })} /><DateInput label={t('desk.to')} value={filter.to.slice(0, 10)} onChange={(to) => onChange({ to })} /></>
        : !isHeldView(view) && <Select aria-label={t('desk.grouping')} style={{ width: 132 }} value={groupingOf(filter)} onChange={(group) => onChange({ group })} options={groupings.map((value) => ({ value, label: t(`desk.by.${value}`) }))} />}
      {isNarrowed(filter) && <Button type="link" onClick={() => onChange({ priority: '', q: '', asset: '', from: '', to: '', definition: '' })}>{ui('action.clear')}</Button>}
    </>
  );
}

function Actions({ waiting, targets, acts }: { waiting: number; targets: number; acts: DeskActs }) {
  const t = useTexts(operationsTexts);
  const horn = useHorn();
  const more = [
    { key: 'comment', label: t('comment.menu'), act: acts.comment }, { key: 'reset', label: t('desk.reset'), act: acts.reset }, { key: 'service', label: t('service.menu'), act: acts.service },
    { key: 'print', label: t('desk.print'), act: () => print() }, { key: 'sound', label: t(horn.on ? 'sound.turnOff' : 'sound.turnOn'), act: () => hornDesk.setOn(!horn.on) }, { key: 'keys', label: t('keys.title'), act: acts.help },
  ];
  return (
    <div className={styles['actions']}>
      <Button disabled={horn.sounding.length === 0} onClick={() => hornDesk.silence()} aria-keyshortcuts="M" title={t('sound.silenceHint')}>{t('sound.silence')}<kbd>M</kbd></Button>
      {acts.shelve && <Button disabled={targets === 0} onClick={acts.shelve} aria-keyshortcuts="S">{targets > 1 ? t('shelve.buttonN', { n: targets }) : t('shelve.button')}<kbd>S</kbd></Button>}
      {acts.acknowledge && <Button type="primary" disabled={waiting === 0} onClick={acts.acknowledge} aria-keyshortcuts="A">{waiting > 1 ? t('alarms.acknowledgeN', { n: waiting }) : t('alarms.acknowledge')}<kbd>A</kbd></Button>}
      <Dropdown trigger={['click']} menu={{ items: more.filter(({ act }) => act !== null).map(({ key, label, act }) => ({ key, label, onClick: () => act?.() })) }}>
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
