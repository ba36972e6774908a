import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { DataTable, type Column } from '../../ui/DataTable';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { useFilter } from '../../ui/useFilter';
import { indicatorsQuery, unitName, type IndicatorItem } from '../shared';
import { indicatorTexts } from './texts';

/** Every indicator with its definition; a row opens its page. */
export default function IndicatorListPage() {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const name = useName();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter({ q: '' });
  const indicators = useQuery(indicatorsQuery(filter.q));
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const columns: Column<IndicatorItem>[] = [
    { key: 'code', title: t('code'), width: 120, render: ({ indicator }) => <span className="mono">{indicator.code}</span> },
    { key: 'name', title: t('name'), width: 240, render: ({ indicator }) => name(indicator.nameZh, indicator.nameEn) },
    { key: 'unit', title: t('unit'), width: 110, render: ({ indicator }) => unitName(indicator.unit, language) },
    { key: 'kind', title: t('kind'), width: 90, render: ({ indicator }) => t(`kind.${indicator.kind}`) },
    { key: 'formula', title: t('formula'), cut: true, render: ({ indicator }) => <span className="mono" title={indicator.formula}>{indicator.formula}</span> },
    { key: 'definition', title: t('definition'), cut: true, render: ({ indicator }) => <span title={indicator.definition}>{indicator.definition}</span> },
    { key: 'status', title: t('status'), width: 90, render: ({ indicator }) => t(indicator.verified ? 'verified' : 'unverified') },
  ];
  return (
    <Page title={t('title')} layout="fill" figure={indicators.data && t('figure', { n: indicators.data.total })}>
      <ListLayout
        filters={<SearchBox label={t('search')} value={filter.q} onChange={search} />}
        list={<QueryView query={indicators} isEmpty={(page) => page.total === 0} empty={t('none')}>{(page) => <DataTable label={t('title')} columns={columns} rows={page.items} rowKey={({ indicator }) => indicator.code} onOpen={({ indicator }) => void navigate(`/economy/indicators/${indicator.code}`)} />}</QueryView>}
      />
    </Page>
  );
}
