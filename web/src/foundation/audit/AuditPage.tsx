import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Checkbox, Select } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { api, read } from '../../api/client';
import type { AuditEntry } from '../../api/types';
import { DataTable, type Column } from '../../ui/DataTable';
import { DateInput } from '../../ui/DateInput';
import { formatCount, formatFullTime, formatTime, instantOfWall, missing } from '../../ui/format';
import { useTexts, type Translate } from '../../ui/i18n';
import { Fact, Facts, ListLayout, SidePanel } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { foundationTexts } from '../texts';
import styles from './AuditPage.module.css';
import { differences } from './difference';

const defaults = { q: '', user: '', entity: '', from: '', to: '', page: '1', open: '' };

const auditQuery = (filter: typeof defaults) => queryOptions({
  queryKey: ['audit', filter.q, filter.user, filter.entity, filter.from, filter.to, filter.page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/audit', {
    params: { query: { q: filter.q || undefined, user: filter.user || undefined, entity: filter.entity || undefined, from: dayStart(filter.from), to: dayStart(filter.to, 1), page: pageNumber(filter.page), pageSize: 50 } }, signal,
  })),
  placeholderData: keepPreviousData,
});

/** Midnight of a day `YYYY-MM-DD` in the park's zone; the end of a period is the start of the day after it. */
function dayStart(day: string, later = 0): string | undefined {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(midnight) ? new Date(instantOfWall(midnight + later * 86_400_000)).toISOString() : undefined;
}

const entities = ['asset', 'point', 'source', 'deviceRequest', 'alarm', 'account', 'grant', 'token', 'link'] as const;

/** Who changed what, when, from where, and what it was before. */
export default function AuditPage() {
  const t = useTexts(foundationTexts);
  const [filter, setFilter] = useFilter(defaults);
  const entries = useQuery(auditQuery(filter));
  const columns = useAuditColumns();
  const open = entries.data?.items.find((entry) => String(entry.id) === filter.open);
  const close = useCallback(() => setFilter({ open: '' }), [setFilter]);
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const byUser = useCallback((user: string) => setFilter({ user }), [setFilter]);
  return (
    <Page title={t('audit.title')} layout="fill" figure={entries.data && t('audit.figure', { n: formatCount(entries.data.total) })}>
      <ListLayout
        filters={(
          <>
            <SearchBox label={t('audit.search')} value={filter.q} onChange={search} />
            <SearchBox label={t('audit.user')} value={filter.user} onChange={byUser} width={150} />
            <Select aria-label={t('audit.entity')} style={{ width: 150 }} value={filter.entity} onChange={(entity) => setFilter({ entity })} options={[{ value: '', label: t('audit.anyEntity') }, ...entities.map((entity) => ({ value: entity, label: t(`entity.${entity}`) }))]} />
            <DateInput label={t('audit.from')} value={filter.from} onChange={(from) => setFilter({ from })} />
            <DateInput label={t('audit.to')} value={filter.to} onChange={(to) => setFilter({ to })} />
          </>
        )}
        list={<QueryView query={entries} isEmpty={(page) => page.total === 0} empty={t('audit.empty')}>{(page) => <DataTable label={t('audit.title')} columns={columns} rows={page.items} rowKey={(entry) => entry.id} openKey={Number(filter.open) || null} onOpen={(entry) => setFilter({ open: String(entry.id) })} />}</QueryView>}
        foot={entries.data && <Pager page={entries.data.page} pageSize={entries.data.pageSize} total={entries.data.total} onPage={(page) => setFilter({ page: String(page) })} disabled={entries.isPlaceholderData} />}
        panel={open && <EntryPanel entry={open} onClose={close} />}
      />
    </Page>
  );
}

type T = Translate<typeof foundationTexts>;
/** A later server may journal things this console has no word for: they show under their own name. */
const word = (t: T, group: 'action' | 'entity', code: string): string => { const key = `${group}.${code}`; return key in foundationTexts ? t(key as 'action.created') : code; };
const nameOf = (t: T, entry: AuditEntry): string => `${word(t, 'entity', entry.entity)} ${entry.entityName ?? entry.entityId ?? ''}`;

function useAuditColumns(): Column<AuditEntry>[] {
  const t = useTexts(foundationTexts);
  return useMemo(() => [
    { key: 'time', title: t('audit.time'), width: 136, render: (entry) => <time dateTime={entry.time} title={formatFullTime(entry.time)}>{formatTime(entry.time)}</time> },
    { key: 'user', title: t('audit.user'), width: 150, render: (entry) => entry.user },
    { key: 'action', title: t('audit.action'), width: 110, render: (entry) => word(t, 'action', entry.action) },
    { key: 'what', title: t('audit.what'), cut: true, render: (entry) => nameOf(t, entry) },
    { key: 'changes', title: t('audit.changes'), cut: true, render: (entry) => <span className="mono" style={{ color: 'var(--ink-2)' }}>{differences(entry.before, entry.after).filter((each) => each.changed).map((each) => each.field).join(', ')}</span> },
    { key: 'address', title: t('audit.address'), width: 130, render: (entry) => <span className="mono">{entry.address ?? missing}</span> },
  ], [t]);
}

function EntryPanel({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const t = useTexts(foundationTexts);
  const [everything, setEverything] = useState(false);
  const all = differences(entry.before, entry.after);
  const shown = everything ? all : all.filter((each) => each.changed);
  return (
    <SidePanel title={`${word(t, 'action', entry.action)} ${nameOf(t, entry)}`} label={t('audit.panel')} onClose={onClose}>
      <Facts>
        <Fact name={t('audit.time')}>{formatFullTime(entry.time)}</Fact>
        <Fact name={t('audit.user')}>{entry.user}{entry.token && ` · ${t('audit.token', { name: entry.token })}`}</Fact>
        <Fact name={t('audit.address')}><span className="mono">{entry.address ?? missing}</span></Fact>
      </Facts>
      {all.length === 0 ? <p className={styles['none']}>{t('audit.noChanges')}</p> : (
        <>
          <table className={styles['diff']}>
            <thead><tr><th scope="col">{t('audit.field')}</th><th scope="col">{t('audit.before')}</th><th scope="col">{t('audit.after')}</th></tr></thead>
            <tbody>
              {shown.map((each) => (
                <tr key={each.field}>
                  <th scope="row" className="mono">{each.field}</th>
                  <td>{each.changed && show(each.before) !== missing ? <del>{show(each.before)}</del> : show(each.before)}</td>
                  <td>{each.changed && show(each.after) !== missing ? <ins>{show(each.after)}</ins> : show(each.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {all.some((each) => !each.changed) && <Checkbox checked={everything} onChange={(event) => setEverything(event.target.checked)}>{t('audit.unchanged')}</Checkbox>}
        </>
      )}
    </SidePanel>
  );
}

const show = (value: unknown): string => (value === null || value === undefined || value === '' ? missing : typeof value === 'object' ? JSON.stringify(value) : String(value));
