import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useNavigate } from 'react-router';
import { DataTable, type Column } from '../../ui/DataTable';
import { missing } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { figureText, misfitsQuery, overviewQuery, periodName, type MisfitItem } from '../shared';
import { filingTexts } from './texts';

/** Reported figures that do not fit: electricity, meters, peers, units, the last period. */
export default function MisfitPage() {
  const t = useTexts(filingTexts);
  const language = useLanguage();
  const name = useName();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter({ period: '', page: '1' });
  const periods = useQuery(overviewQuery('', '')).data?.periods ?? [];
  const misfits = useQuery(misfitsQuery('M1', filter.period, pageNumber(filter.page)));
  const columns: Column<MisfitItem>[] = [
    { key: 'enterprise', title: t('enterprise'), width: 200, render: (item) => name(item.assetNameZh, item.assetNameEn) },
    { key: 'item', title: t('item'), width: 120, render: (item) => name(item.itemNameZh, item.itemNameEn) },
    { key: 'kind', title: t('misfits.kind'), width: 110, render: (item) => t(`kind.${item.kind}`) },
    { key: 'reported', title: t('misfits.reported'), align: 'right', width: 130, render: (item) => figureText(item.reported, 1, item.unit, language) },
    { key: 'expected', title: t('misfits.expected'), align: 'right', width: 130, render: (item) => figureText(item.expected, 1, item.unit, language) },
    { key: 'reason', title: t('reason'), render: (item) => item.reason },
    { key: 'explanation', title: t('misfits.explanation'), width: 200, render: (item) => item.explanation ?? missing },
  ];
  return (
    <Page title={t('misfits.title')} figure={misfits.data && t('misfits.figure', { n: misfits.data.total })}
      actions={<Select aria-label={t('period')} allowClear style={{ width: 160 }} placeholder={t('period')} value={filter.period || null} onChange={(period: string | null) => setFilter({ period: period ?? '' })} options={periods.map((period) => ({ value: period, label: periodName(period, language) }))} />}>
      <Card padded={false}>
        <QueryView query={misfits} isEmpty={(data) => data.total === 0} empty={t('misfits.none')}>
          {(data) => <DataTable label={t('misfits.title')} columns={columns} rows={data.items} rowKey={(item) => `${item.filingId} ${item.item} ${item.kind}`} onOpen={(item) => void navigate(`/economy/filing/${item.filingId}`)} />}
        </QueryView>
        {misfits.data && <Pager page={misfits.data.page} pageSize={misfits.data.pageSize} total={misfits.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      </Card>
    </Page>
  );
}
