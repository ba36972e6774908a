import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Select, Tabs } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import type { AlarmDefinition } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { DataTable, type Column } from '../../ui/DataTable';
import { ExportButton } from '../../ui/ExportButton';
import { formatDuration } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan } from '../../ui/session';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { idOf, useFilter } from '../../ui/useFilter';
import { usePlaceName } from '../../ui/usePlaceName';
import { useUnitSymbol } from '../../ui/useUnitSymbol';
import { plainNumber } from '../alarms/AlarmMark';
import { ChangeList } from './ChangeList';
import styles from './Definitions.module.css';
import { useDefinitionName } from './definitionName';
import { DistributionLine } from './DistributionLine';
import { ImportDialog } from './ImportDialog';
import { MassEditDialog } from './MassEditDialog';
import { defaults, definitionListQuery, pendingCountQuery, queryOf, type DefinitionFilter } from './queries';
import { definitionTexts } from './texts';

const kinds = ['highHigh', 'high', 'low', 'lowLow', 'deviation', 'rateOfChange', 'state', 'stale', 'band', 'expression', 'raised', 'commonCause'] as const;

/** What raises alarms, what it means and what is to be done: found, changed one by one or many together, and agreed to by a second person. */
export default function DefinitionListPage() {
  const t = useTexts(definitionTexts);
  const [filter, setFilter] = useFilter(defaults);
  const pending = useQuery(pendingCountQuery).data ?? 0;
  const tab = ['approvals', 'changes'].includes(filter.tab) ? filter.tab : 'list';
  return (
    <Page title={t('title')} layout="fill" figure={<DistributionLine />} actions={tab === 'list' && <Actions filter={filter} />}>
      <Tabs
        activeKey={tab} onChange={(next) => setFilter({ ...defaults, tab: next })} className={styles['tabs'] ?? ''}
        items={[{ key: 'list', label: t('tab.list') }, { key: 'approvals', label: <>{t('tab.approvals')} <Badge count={pending} color="var(--p2-text)" /></> }, { key: 'changes', label: t('tab.changes') }]}
      />
      {tab === 'list' ? <Definitions filter={filter} onChange={setFilter} /> : <ChangeList key={tab} pending={tab === 'approvals'} page={filter.page} onPage={(page) => setFilter({ page })} />}
    </Page>
  );
}

function Definitions({ filter, onChange }: { filter: DefinitionFilter; onChange: (patch: Partial<DefinitionFilter>) => void }) {
  const t = useTexts(definitionTexts);
  const can = useCan();
  const navigate = useNavigate();
  const definitions = useQuery(definitionListQuery(filter));
  const columns = useColumns();
  const definitionName = useDefinitionName();
  const [selected, setSelected] = useState<Set<number | string>>(new Set());
  const [editing, setEditing] = useState(false);
  const chosen = definitions.data?.items.filter(({ id }) => selected.has(id)) ?? [];
  return (
    <>
      <ListLayout
        filters={<Filters filter={filter} onChange={onChange} />}
        list={(
          <QueryView query={definitions} isEmpty={(page) => page.total === 0} empty={t('empty')}>
            {(page) => (
              <DataTable
                label={t('title')} columns={columns} rows={page.items} rowKey={({ id }) => id} onOpen={({ id }) => void navigate(links.alarmDefinition(id))}
                {...(can(permissions.configureAlarms) ? { selection: { selected, onChange: setSelected, label: (each: AlarmDefinition) => t('select', { name: definitionName(each) }), labelAll: t('selectAll') } } : {})}
              />
            )}
          </QueryView>
        )}
        foot={definitions.data && (
          <div className={styles['foot']}>
            {chosen.length > 0 && <Button size="small" type="primary" onClick={() => setEditing(true)}>{t('mass.button', { n: chosen.length })}</Button>}
            <div style={{ flex: 1 }}><Pager page={definitions.data.page} pageSize={definitions.data.pageSize} total={definitions.data.total} onPage={(page) => onChange({ page: String(page) })} disabled={definitions.isPlaceholderData} /></div>
          </div>
        )}
      />
      {editing && <MassEditDialog definitions={chosen} onClose={(done) => { setEditing(false); if (done) setSelected(new Set()); }} />}
    </>
  );
}

function Filters({ filter, onChange }: { filter: DefinitionFilter; onChange: (patch: Partial<DefinitionFilter>) => void }) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const search = useCallback((q: string) => onChange({ q }), [onChange]);
  const yesNo = (all: string, yes: string, no: string) => [{ value: '', label: all }, { value: 'true', label: yes }, { value: 'false', label: no }];
  const narrowed = (['q', 'asset', 'kind', 'priority', 'enabled', 'ofPoint', 'held'] as const).some((field) => filter[field] !== '');
  return (
    <>
      <SearchBox label={t('search')} value={filter.q} onChange={search} width={200} />
      <div style={{ width: 180, display: 'grid' }}><AssetSelect label={t('asset')} placeholder={t('asset')} allowClear value={idOf(filter.asset) ?? null} onChange={(asset) => onChange({ asset: asset === null ? '' : String(asset) })} /></div>
      <Select aria-label={t('kind')} style={{ width: 132 }} value={filter.kind} onChange={(kind) => onChange({ kind })} options={[{ value: '', label: t('anyKind') }, ...kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))]} />
      <Select aria-label={t('priority')} style={{ width: 150 }} value={filter.priority} onChange={(priority) => onChange({ priority })} options={[{ value: '', label: t('anyPriority') }, ...([1, 2, 3, 4] as const).map((priority) => ({ value: String(priority), label: <span><PriorityShape priority={priority} size={16} decorative /> {ui(`priority.${priority}`)}</span> }))]} />
      <Select aria-label={t('origin')} style={{ width: 132 }} value={filter.ofPoint} onChange={(ofPoint) => onChange({ ofPoint })} options={yesNo(t('anyOrigin'), t('ofPoint'), t('own'))} />
      <Select aria-label={t('state')} style={{ width: 120 }} value={filter.enabled} onChange={(enabled) => onChange({ enabled })} options={yesNo(t('anyState'), t('enabled'), t('disabled'))} />
      <Select aria-label={t('held')} style={{ width: 132 }} value={filter.held} onChange={(held) => onChange({ held })} options={yesNo(t('anyHeld'), t('isHeld'), t('notHeld'))} />
      {narrowed && <Button type="link" onClick={() => onChange({ q: '', asset: '', kind: '', priority: '', enabled: '', ofPoint: '', held: '' })}>{ui('action.clear')}</Button>}
    </>
  );
}

function useColumns(): Column<AlarmDefinition>[] {
  const t = useTexts(definitionTexts);
  const language = useLanguage();
  const place = usePlaceName();
  const symbol = useUnitSymbol();
  const definitionName = useDefinitionName();
  return useMemo(() => {
    const seconds = (value: number): string => (value === 0 ? '—' : formatDuration(value * 1000, language));
    return [
      { key: 'priority', title: <span className="visually-hidden">{t('priority')}</span>, width: 40, render: ({ priority }) => isPriority(priority) && <PriorityShape priority={priority} /> },
      { key: 'name', title: t('name'), cut: true, render: (each) => <span title={each.code}>{definitionName(each)}</span> },
      { key: 'place', title: t('place'), cut: 'start', render: (each) => <span title={place(each)}>{place(each)}</span> },
      { key: 'kind', title: t('kind'), width: 104, render: (each) => t(`kind.${each.kind}`) },
      { key: 'limit', title: t('limit'), align: 'right', width: 128, render: (each) => <Limit definition={each} unit={symbol(each.unit ?? '')} /> },
      { key: 'onDelay', title: t('field.onDelaySeconds'), align: 'right', width: 104, render: (each) => seconds(each.onDelaySeconds) },
      { key: 'respond', title: t('respond'), align: 'right', width: 104, render: (each) => seconds(each.timeToRespondSeconds ?? 0) },
      { key: 'response', title: t('hasResponse'), width: 84, render: (each) => (each.response ? t('yes') : <span style={{ color: 'var(--p2-text)' }}>{t('missing')}</span>) },
      { key: 'state', title: t('state'), width: 120, render: (each) => (each.enabled ? <span style={{ color: 'var(--ink-2)' }}>{t(`now.${each.state}`)}</span> : t('disabled')) },
    ];
  }, [t, language, place, symbol, definitionName]);
}

function Limit({ definition: { kind, limit, windowSeconds, values, expression }, unit }: { definition: AlarmDefinition; unit: string }) {
  const t = useTexts(definitionTexts);
  const language = useLanguage();
  if (kind === 'stale') return <>{windowSeconds ? formatDuration(windowSeconds * 1000, language) : '—'}</>;
  if (kind === 'state') return <>{values ?? '—'}</>;
  if (kind === 'expression') return <span className="mono" title={expression ?? ''}>{(expression ?? '').slice(0, 14)}</span>;
  if (limit === null || limit === undefined) return <>—</>;
  return <>{plainNumber(limit)}<span style={{ color: 'var(--ink-2)', fontSize: 12 }}>{'\u2009'}{kind === 'band' ? 'σ' : kind === 'rateOfChange' ? t('perMinute', { unit }) : unit}</span></>;
}

function Actions({ filter }: { filter: DefinitionFilter }) {
  const t = useTexts(definitionTexts);
  const can = useCan();
  const [importing, setImporting] = useState(false);
  return (
    <>
      <ExportButton<AlarmDefinition>
        fileName="alarm-definitions.csv" header={exportHeader} row={exportRow}
        readPage={(page, pageSize) => read(api.GET('/api/v1/alarms/definitions', { params: { query: queryOf(filter, page, pageSize) } }))}
      />
      {can(permissions.configureAlarms) && (
        <>
          <Button icon={<Icon name="import" size={14} />} onClick={() => setImporting(true)}>{t('import.button')}</Button>
          <LinkButton type="primary" to={links.newAlarmDefinition()} icon={<Icon name="plus" size={14} />}>{t('new')}</LinkButton>
        </>
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

/** Columns of the file, under the names of the API, so that what was exported can be imported again. */
export const exportHeader = [
  'id', 'code', 'nameZh', 'nameEn', 'kind', 'assetId', 'pointId', 'priority', 'enabled', 'latching', 'limit', 'worseLimit', 'deadband', 'onDelaySeconds', 'offDelaySeconds', 'direction', 'setpoint',
  'referencePointId', 'windowSeconds', 'values', 'mask', 'expression', 'suppressWhen', 'suppressIn', 'consequence', 'severity', 'response', 'requiredRole', 'timeToRespondSeconds', 'stepUpAfterSeconds',
] as const satisfies readonly (keyof AlarmDefinition)[];

const exportRow = (definition: AlarmDefinition): (string | number | null | undefined)[] => exportHeader.map((field) => {
  const value = definition[field];
  return Array.isArray(value) ? value.join(' ') : typeof value === 'boolean' ? String(value) : (value as string | number | null | undefined);
});

