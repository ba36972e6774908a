import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api, read } from '../api/client';
import type { components } from '../api/schema';
import { DataTable, type Column } from '../ui/DataTable';
import { DateInput } from '../ui/DateInput';
import { formatCount, formatFullTime, missing } from '../ui/format';
import { useTexts } from '../ui/i18n';
import { ListLayout } from '../ui/ListLayout';
import { Page } from '../ui/Page';
import { QueryView } from '../ui/QueryView';
import { SearchBox } from '../ui/SearchBox';
import { useFilter } from '../ui/useFilter';
import { identifierTexts } from './texts';

type Change = components['schemas']['RecordChange'];

const defaults = { handle: '', from: '', to: '' };

const changesQuery = (filter: typeof defaults) => queryOptions({
  queryKey: ['identifiers', 'changes', filter.handle, filter.from, filter.to],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/changes', { params: { query: { handle: filter.handle || undefined, from: filter.from || undefined, to: filter.to || undefined, take: 500 } }, signal })),
  placeholderData: keepPreviousData,
});

/** Who changed records without an enterprise's desk: with a key over the Handle protocol, or over REST. */
export default function ChangesPage() {
  const t = useTexts(identifierTexts);
  const [filter, setFilter] = useFilter(defaults);
  const changes = useQuery(changesQuery(filter));
  const search = useCallback((handle: string) => setFilter({ handle }), [setFilter]);
  const columns = useMemo((): Column<Change>[] => [
    { key: 'time', title: t('changes.time'), width: 170, render: (row) => <time dateTime={row.time}>{formatFullTime(row.time)}</time> },
    { key: 'handle', title: t('handle'), cut: true, render: (row) => <span className="mono">{row.handle}</span> },
    { key: 'act', title: t('changes.act'), width: 140, render: (row) => t(`changes.${row.act}`) },
    { key: 'values', title: t('changes.values'), width: '32%', cut: true, render: (row) => <span className="mono" title={row.values.join('\n')}>{row.values.join('　') || missing}</span> },
    { key: 'by', title: t('changes.by'), width: 150, cut: true, render: (row) => <span title={row.by}>{row.by}</span> },
    { key: 'via', title: t('changes.via'), width: 64, render: (row) => row.via.toUpperCase() },
    { key: 'from', title: t('changes.from'), width: 120, render: (row) => <span className="mono">{row.from ?? missing}</span> },
  ], [t]);
  return (
    <Page layout="fill" title={t('changes.title')} figure={changes.data && t(changes.data.isWhole ? 'changes.figure' : 'changes.newest', { n: formatCount(changes.data.items.length) })}>
      <ListLayout
        filters={(
          <>
            <SearchBox label={t('changes.find')} value={filter.handle} onChange={search} />
            <DateInput label={t('changes.first')} value={filter.from} onChange={(from) => setFilter({ from })} />
            <DateInput label={t('changes.last')} value={filter.to} onChange={(to) => setFilter({ to })} />
          </>
        )}
        list={<QueryView query={changes} isEmpty={(list) => list.items.length === 0} empty={t('changes.none')}>{(list) => <DataTable label={t('changes.title')} columns={columns} rows={list.items} rowKey={(row) => `${row.time} ${row.handle} ${row.act} ${row.values.join()}`} />}</QueryView>}
      />
    </Page>
  );
}
