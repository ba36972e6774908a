import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { ProblemError } from '../../api/problems';
import type { Asset } from '../../api/types';
import { DataTable } from '../../ui/DataTable';
import { formatDate } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { Card } from '../../ui/Page';
import { Empty, QueryView } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { filingTexts } from '../filing/texts';
import { assetFilingsQuery, economyPermissions, overviewQuery, periodName } from '../shared';
import { Figures } from './OverviewPage';
import styles from './Overview.module.css';
import { overviewTexts } from './texts';

/** The month of an area or an enterprise, and the forms of the enterprise. */
export default function AssetEconomyTab({ asset }: { asset: Asset }) {
  const t = useTexts(overviewTexts);
  const language = useLanguage();
  const navigate = useNavigate();
  const can = useCan();
  const overview = useQuery(overviewQuery(String(asset.id), ''));
  const open = useCallback((code: string, period: string) => void navigate(`/economy?asset=${asset.id}&open=${code}&of=${period}`), [navigate, asset.id]);
  // Whoever may read totals only sees no enterprise by itself.
  if (overview.error instanceof ProblemError && overview.error.status === 404) return <Empty>{t('tab.closed')}</Empty>;
  return (
    <div className={styles['main']} style={{ padding: 12 }}>
      <QueryView query={overview} skeleton="block" isEmpty={(data) => data.periods.length === 0} empty={t('empty')}>
        {(data) => (
          <>
            <span><strong>{periodName(data.period, language)}</strong> <LinkButton type="link" to={`/economy?asset=${asset.id}`}>{t('tab.month')}</LinkButton></span>
            <Figures overview={data} open="" onFigure={open} />
          </>
        )}
      </QueryView>
      {asset.kind === 'enterprise' && can(economyPermissions.filings) && <Forms asset={asset.id} />}
    </div>
  );
}

function Forms({ asset }: { asset: number }) {
  const t = useTexts(overviewTexts);
  const words = useTexts(filingTexts);
  const language = useLanguage();
  const navigate = useNavigate();
  const forms = useQuery(assetFilingsQuery(asset));
  return (
    <Card title={t('tab.forms')} padded={false}>
      <QueryView query={forms} isEmpty={(page) => page.total === 0} empty={words('none')}>
        {(page) => (
          <DataTable
            label={t('tab.forms')} rows={page.items} rowKey={(form) => form.id} onOpen={(form) => void navigate(`/economy/filing/${form.id}`)}
            columns={[
              { key: 'form', title: words('form'), width: 80, render: (form) => form.form },
              { key: 'period', title: words('period'), render: (form) => periodName(form.period, language) },
              { key: 'revision', title: words('revision'), width: 80, align: 'right', render: (form) => form.revision },
              { key: 'state', title: words('state'), render: (form) => words(`state.${form.state}`) },
              { key: 'submitted', title: words('submittedAt'), width: 120, render: (form) => formatDate(form.submitted) },
              { key: 'late', title: words('late'), width: 90, align: 'right', render: (form) => (form.daysLate > 0 ? words('lateDays', { n: form.daysLate }) : '') },
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
