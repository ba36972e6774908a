import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatCount, formatFullTime, formatNumber, missing } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { LinkButton } from '../../ui/LinkButton';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan } from '../../ui/session';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { storageTexts } from '../texts';
import { calculationListQuery, type Calculation } from './queries';

export default function CalculationListPage() {
  const t = useTexts(storageTexts);
  const can = useCan();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter({ q: '', page: '1' });
  const calculations = useQuery(calculationListQuery({ q: filter.q, page: pageNumber(filter.page) }));
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const columns = useColumns();
  return (
    <Page
      title={t('calc.title')} layout="fill" figure={calculations.data && t('calc.figure', { n: formatCount(calculations.data.total) })}
      actions={can(permissions.writePark) && <LinkButton to="/calculations/new" icon={<Icon name="plus" size={14} />}>{t('calc.new')}</LinkButton>}
    >
      <ListLayout
        filters={<SearchBox label={t('calc.search')} value={filter.q} onChange={search} />}
        list={(
          <QueryView query={calculations} isEmpty={(page) => page.total === 0} empty={t(filter.q ? 'calc.emptyFiltered' : 'calc.empty')}>
            {(page) => <DataTable label={t('calc.title')} columns={columns} rows={page.items} rowKey={(item) => item.id} onOpen={(item) => void navigate(`/calculations/${item.id}`)} />}
          </QueryView>
        )}
        foot={calculations.data && <Pager page={calculations.data.page} pageSize={calculations.data.pageSize} total={calculations.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      />
    </Page>
  );
}

function useColumns(): Column<Calculation>[] {
  const t = useTexts(storageTexts);
  const name = useName();
  return [
    { key: 'name', title: t('calc.name'), width: 220, render: ({ point }) => name(point.nameZh, point.nameEn) },
    { key: 'asset', title: t('trends.asset'), width: 180, render: ({ point }) => name(point.assetNameZh, point.assetNameEn) },
    { key: 'formula', title: t('calc.formula'), cut: true, render: (item) => <span className="mono" title={item.formula}>{item.formula}</span> },
    { key: 'value', title: t('trends.current'), width: 150, align: 'right', render: ({ point }) => (point.lastValue === null || point.lastValue === undefined ? missing : `${formatNumber(point.lastValue, point.decimals)} ${point.unitSymbol}`) },
    { key: 'state', title: t('calc.state'), width: 220, cut: true, render: (item) => <State item={item} /> },
    { key: 'changed', title: t('calc.changed'), width: 210, render: (item) => <span title={formatFullTime(Date.parse(item.changed))}>{t('calc.version', { n: item.version, by: item.changedBy })}</span> },
  ];
}

/** Quiet when all is well. */
export function State({ item }: { item: Calculation }) {
  const t = useTexts(storageTexts);
  if (!item.enabled) return <span style={{ color: 'var(--ink-3)' }}>{t('calc.off')}</span>;
  if (item.problem) return <span style={{ color: 'var(--bad)' }} title={item.problem}><Icon name="broken" size={13} /> {item.problem}</span>;
  if (item.computedUntil) return <span>{t('calc.computing', { until: formatFullTime(Date.parse(item.computedUntil)) })}</span>;
  return <span style={{ color: 'var(--ink-2)' }}>{t(item.pending ? 'calc.pending' : 'calc.current')}</span>;
}
