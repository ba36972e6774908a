import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { DataTable } from '../ui/DataTable';
import { formatCount, formatDate, formatNumber } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { LinkButton } from '../ui/LinkButton';
import { Card, Page } from '../ui/Page';
import { Empty, QueryView } from '../ui/QueryView';
import { Counter } from './Counter';
import styles from './Identifiers.module.css';
import { RateCurve } from './RateCurve';
import { overviewQuery, rateQuery } from './shared';
import { identifierTexts } from './texts';

/** How the node stands: what waits, what is registered, what is resolved at this moment. */
export default function OverviewPage() {
  const t = useTexts(identifierTexts);
  const name = useName();
  const navigate = useNavigate();
  const overview = useQuery(overviewQuery);
  const rate = useQuery(rateQuery);
  const data = overview.data;
  return (
    <Page title={t('overview.title')} figure={data && t('overview.figure', { prefix: data.nodePrefix, port: data.port ?? t('overview.off') })} actions={<LinkButton to="/identifiers/statistics">{t('statistics.open')}</LinkButton>}>
      <QueryView query={overview} skeleton="block">
        {(node) => {
          const all = node.resolved + node.notFound + node.failed;
          return (
            <div className={styles['stack']}>
              <div className={styles['counters']}>
                <Counter label={t('count.review')} value={node.waitingForReview} />
                <Counter label={t('count.approval')} value={node.waitingForApproval} />
                <Counter label={t('count.enterprises')} value={node.enterprises} />
                <Counter label={t('count.prefixes')} value={node.prefixes} />
                <Counter label={t('count.templates')} value={node.templates} />
                <Counter label={t('count.registered')} value={node.registered} note={`${t('count.quota')} ${formatCount(node.quota)}`} />
                <Counter label={t('count.resolved')} value={node.resolved} note={all === 0 ? '' : `${t('count.success')} ${formatNumber((100 * (node.resolved + node.notFound)) / all, 1)} %`} />
              </div>
              {node.contractsEnding.length > 0 && (
                <Card title={t('contracts.ending')} padded={false}>
                  <DataTable label={t('contracts.ending')} rows={node.contractsEnding} rowKey={(row) => row.prefix} onOpen={(row) => void navigate(`/identifiers/enterprises?open=${row.enterpriseId}`)} accent={(row) => (row.daysLeft < 0 ? 'var(--p3)' : undefined)} columns={[
                    { key: 'enterprise', title: t('enterprise'), render: (row) => name(row.nameZh, row.nameEn) },
                    { key: 'prefix', title: t('prefix'), width: 140, render: (row) => row.prefix },
                    { key: 'ends', title: t('contractEnds'), width: 130, render: (row) => formatDate(row.ends) },
                    { key: 'left', title: t('contracts.left'), width: 130, align: 'right', render: (row) => (row.daysLeft < 0 ? t('contracts.ended') : row.daysLeft) },
                  ]} />
                </Card>
              )}
              <div className={styles['two']}>
                <Card title={t('overview.seconds')}>
                  <QueryView query={rate} skeleton="block" isEmpty={(steps) => steps.length === 0} empty={t('overview.minutesNone')}>{(steps) => <RateCurve label={t('overview.seconds')} steps={steps} seconds={5} width={120} />}</QueryView>
                </Card>
                <Card title={t('overview.minutes')}>{node.minutes.length > 0 ? <RateCurve label={t('overview.minutes')} steps={node.minutes} seconds={60} width={180} /> : <Empty>{t('overview.minutesNone')}</Empty>}</Card>
              </div>
              <Card title={t('overview.today')} padded={false}>
                {node.today.length === 0 ? <Empty>{t('none')}</Empty> : (
                  <DataTable label={t('overview.today')} rows={node.today} rowKey={(row) => row.transport} columns={[
                    { key: 'transport', title: t('transport'), render: (row) => t(`transport.${row.transport}`) },
                    { key: 'succeeded', title: t('succeeded'), align: 'right', render: (row) => formatCount(row.succeeded) },
                    { key: 'notFound', title: t('notFound'), align: 'right', render: (row) => formatCount(row.notFound) },
                    { key: 'failed', title: t('failed'), align: 'right', render: (row) => formatCount(row.failed) },
                  ]} />
                )}
              </Card>
            </div>
          );
        }}
      </QueryView>
    </Page>
  );
}
