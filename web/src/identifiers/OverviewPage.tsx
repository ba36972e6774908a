import { useQuery } from '@tanstack/react-query';
import type { components } from '../api/schema';
import { DataTable } from '../ui/DataTable';
import { formatCount, formatNumber, formatTime } from '../ui/format';
import { useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { Empty, QueryView } from '../ui/QueryView';
import styles from './Identifiers.module.css';
import { overviewQuery } from './shared';
import { identifierTexts } from './texts';

type Minute = components['schemas']['ResolutionMinute'];

/** How the node stands: what waits, what is registered, what is resolved. */
export default function OverviewPage() {
  const t = useTexts(identifierTexts);
  const overview = useQuery(overviewQuery);
  const data = overview.data;
  return (
    <Page title={t('overview.title')} figure={data && t('overview.figure', { prefix: data.nodePrefix, port: data.port ?? t('overview.off') })}>
      <QueryView query={overview} skeleton="block">
        {(node) => (
          <div className={styles['stack']}>
            <div className={styles['counters']}>
              <Counter label={t('count.review')} value={node.waitingForReview} />
              <Counter label={t('count.approval')} value={node.waitingForApproval} />
              <Counter label={t('count.enterprises')} value={node.enterprises} />
              <Counter label={t('count.prefixes')} value={node.prefixes} />
              <Counter label={t('count.templates')} value={node.templates} />
              <Counter label={t('count.registered')} value={node.registered} note={`${t('count.quota')} ${formatCount(node.quota)}`} />
              <Counter label={t('count.resolved')} value={node.resolved} note={node.resolved + node.failed === 0 ? '' : `${t('count.success')} ${formatNumber((100 * node.resolved) / (node.resolved + node.failed), 1)} %`} />
            </div>
            <Card title={t('overview.minutes')}>{node.minutes.some((minute) => minute.succeeded + minute.failed > 0) ? <Curve minutes={node.minutes} /> : <Empty>{t('overview.minutesNone')}</Empty>}</Card>
            <div className={styles['two']}>
              <Card title={t('overview.today')} padded={false}>
                {node.today.length === 0 ? <Empty>{t('none')}</Empty> : (
                  <DataTable label={t('overview.today')} rows={node.today} rowKey={(row) => row.transport} columns={[
                    { key: 'transport', title: t('transport'), render: (row) => t(`transport.${row.transport}`) },
                    { key: 'succeeded', title: t('succeeded'), align: 'right', render: (row) => formatCount(row.succeeded) },
                    { key: 'failed', title: t('failed'), align: 'right', render: (row) => formatCount(row.failed) },
                  ]} />
                )}
              </Card>
              <Card title={t('overview.days')} padded={false}>
                {node.days.length === 0 ? <Empty>{t('none')}</Empty> : (
                  <DataTable label={t('overview.days')} rows={[...node.days].reverse()} rowKey={(row) => row.day} columns={[
                    { key: 'day', title: t('day'), render: (row) => row.day },
                    { key: 'succeeded', title: t('succeeded'), align: 'right', render: (row) => formatCount(row.succeeded) },
                    { key: 'failed', title: t('failed'), align: 'right', render: (row) => formatCount(row.failed) },
                  ]} />
                )}
              </Card>
            </div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function Counter({ label, value, note }: { label: string; value: number; note?: string }) {
  return <div className={styles['counter']}><span>{label}</span><b>{formatCount(value)}</b>{note && <span>{note}</span>}</div>;
}

/** A bar for each minute. */
function Curve({ minutes }: { minutes: readonly Minute[] }) {
  const most = Math.max(1, ...minutes.map((minute) => minute.succeeded + minute.failed));
  const width = 180;
  return (
    <svg className={styles['curve']} viewBox={`0 0 ${width} 60`} preserveAspectRatio="none" role="img" aria-label={`${formatTime(minutes[0]?.minute)} – ${formatTime(minutes.at(-1)?.minute)}`}>
      {minutes.map((minute, index) => {
        const height = (58 * (minute.succeeded + minute.failed)) / most;
        return <rect key={minute.minute} x={width - minutes.length + index} y={60 - height} width={0.8} height={height} fill="var(--process)"><title>{`${formatTime(minute.minute)} · ${minute.succeeded} / ${minute.failed}`}</title></rect>;
      })}
    </svg>
  );
}
