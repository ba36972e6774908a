import { useQuery } from '@tanstack/react-query';
import { App, Button, Select } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { alarmListQuery, alarmSummaryQuery } from '../../api/shared';
import type { AlarmItem } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { useNow } from '../../ui/clock';
import { formatDuration } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan } from '../../ui/session';
import { PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { idOf, pageNumber, useFilter } from '../../ui/useFilter';
import { operationsTexts } from '../texts';
import { AcknowledgeDialog } from './AcknowledgeDialog';
import { isUnacknowledged } from './AlarmMark';
import { AlarmPanel } from './AlarmPanel';
import { AlarmTable } from './AlarmTable';

const defaults = { state: 'unacknowledged', priority: '', q: '', asset: '', page: '1', open: '' };

export default function AlarmListPage() {
  const t = useTexts(operationsTexts);
  const [filter, setFilter] = useFilter(defaults);
  const [selected, setSelected] = useState<Set<number | string>>(new Set());
  const [acknowledging, setAcknowledging] = useState<readonly number[]>([]);
  const alarms = useQuery(alarmListQuery({ state: filter.state, priority: idOf(filter.priority), asset: idOf(filter.asset), q: filter.q, page: pageNumber(filter.page), pageSize: 50 }));
  const openId = idOf(filter.open);
  const rows = alarms.data?.items ?? [];
  const close = useCallback(() => setFilter({ open: '' }), [setFilter]);
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);

  const targets = acknowledgeable(rows, selected, openId);
  const finish = (): void => { setAcknowledging([]); setSelected(new Set()); };
  const empty = filter.q || filter.priority || filter.asset ? 'alarms.none' : filter.state === 'unacknowledged' ? 'alarms.noneOpen' : filter.state === 'active' || filter.state === 'open' ? 'alarms.noneActive' : 'alarms.none';

  return (
    <Page title={t('alarms.title')} layout="fill" figure={<Figure />} actions={<AcknowledgeButton targets={targets} onAcknowledge={setAcknowledging} />}>
      <ListLayout
        filters={<AlarmFilters filter={filter} onChange={setFilter} onSearch={search} />}
        list={(
          <QueryView query={alarms} isEmpty={(page) => page.total === 0} empty={t(empty)}>
            {(page) => <AlarmTable alarms={page.items} openId={openId} onOpen={(alarm) => setFilter({ open: String(alarm.id) })} selection={{ selected, onChange: setSelected }} />}
          </QueryView>
        )}
        foot={alarms.data && <Pager page={alarms.data.page} pageSize={alarms.data.pageSize} total={alarms.data.total} onPage={(page) => setFilter({ page: String(page) })} disabled={alarms.isPlaceholderData} />}
        panel={openId !== undefined && <AlarmPanel key={openId} id={openId} known={rows.find((alarm) => alarm.id === openId)} onClose={close} onAcknowledge={(id) => setAcknowledging([id])} />}
      />
      {acknowledging.length > 0 && <AcknowledgeDialog ids={acknowledging} onClose={finish} />}
    </Page>
  );
}

/** The ticked alarms; without ticks the open one. */
export function acknowledgeable(rows: readonly AlarmItem[], selected: ReadonlySet<number | string>, openId: number | undefined): number[] {
  const waiting = rows.filter(isUnacknowledged);
  const ticked = waiting.filter((alarm) => selected.has(alarm.id));
  return (selected.size > 0 ? ticked : waiting.filter((alarm) => alarm.id === openId)).map((alarm) => alarm.id);
}

function Figure() {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const now = useNow();
  const summary = useQuery(alarmSummaryQuery).data;
  const oldest = useQuery(alarmListQuery({ state: 'unacknowledged', pageSize: 200 })).data?.items.reduce<number | null>((least, alarm) => Math.min(least ?? Infinity, Date.parse(alarm.raised)), null);
  if (!summary) return null;
  if (summary.unacknowledged === 0 || oldest === null || oldest === undefined) return <>{t('alarms.figureNone')}</>;
  return <>{t('alarms.figure', { n: summary.unacknowledged, age: formatDuration(now - oldest, language) })}</>;
}

function AlarmFilters({ filter, onChange, onSearch }: { filter: typeof defaults; onChange: (patch: Partial<typeof defaults>) => void; onSearch: (q: string) => void }) {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const summary = useQuery(alarmSummaryQuery).data;
  const priorities = ([1, 2, 3, 4] as const).map((priority) => ({ value: String(priority), label: <span><PriorityShape priority={priority} size={16} decorative /> {ui(`priority.${priority}`)}</span> }));
  return (
    <>
      <Chips
        label={t('alarms.state')} value={filter.state} onChange={(state) => onChange({ state })}
        options={[{ value: 'unacknowledged', label: t('alarms.unacknowledged'), count: summary?.unacknowledged }, { value: 'open', label: t('alarms.open'), count: summary?.open }, { value: 'active', label: t('alarms.active'), count: summary?.active }, { value: 'all', label: t('alarms.all') }]}
      />
      <Select aria-label={t('alarms.priority')} style={{ width: 190 }} value={filter.priority} onChange={(priority) => onChange({ priority })} options={[{ value: '', label: t('alarms.anyPriority') }, ...priorities]} />
      <SearchBox label={t('alarms.search')} value={filter.q} onChange={onSearch} />
    </>
  );
}

function AcknowledgeButton({ targets, onAcknowledge }: { targets: readonly number[]; onAcknowledge: (ids: readonly number[]) => void }) {
  const t = useTexts(operationsTexts);
  const can = useCan();
  const { message } = App.useApp();
  const allowed = can(permissions.acknowledgeAlarms);
  useEffect(() => {
    if (!allowed) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'a' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      if (targets.length > 0) onAcknowledge(targets);
      else void message.info(t('alarms.nothingToAcknowledge'));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [allowed, targets, onAcknowledge, message, t]);
  if (!allowed) return null;
  return (
    <Button type="primary" disabled={targets.length === 0} onClick={() => onAcknowledge(targets)} aria-keyshortcuts="A">
      {targets.length > 1 ? t('alarms.acknowledgeN', { n: targets.length }) : t('alarms.acknowledge')}<kbd style={{ background: 'none', color: 'inherit', opacity: 0.8 }}>A</kbd>
    </Button>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && (target.closest('[role="dialog"], dialog, [contenteditable]') !== null || target.matches('input:not([type="checkbox"]), textarea, select'));
