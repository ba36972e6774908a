import { useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useMemo, type ReactNode } from 'react';
import { fetchRaw } from '../api/client';
import { Chart, useChartColors, useSeriesColors } from '../ui/chart/Chart';
import { curveOf } from '../ui/chart/curves';
import { trendOption } from '../ui/chart/option';
import { Chips } from '../ui/Chips';
import { useNow } from '../ui/clock';
import { download } from '../ui/csv';
import { DataTable, type Column } from '../ui/DataTable';
import { DateInput } from '../ui/DateInput';
import { formatCount, formatDate, formatNumber, instantOfWall, missing } from '../ui/format';
import { Icon } from '../ui/Icon';
import { useLanguage, useName, useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { QueryView, useReason } from '../ui/QueryView';
import { useFilter } from '../ui/useFilter';
import { Counter } from './Counter';
import styles from './Identifiers.module.css';
import { statisticsQuery, type LatencyFigures, type NodeStatistics, type ResolutionFigures } from './shared';
import { identifierTexts } from './texts';

const day = 86_400_000;
type By = 'day' | 'industry' | 'region' | 'enterprise' | 'node' | 'transport';

const milliseconds = (value: number | null): string => (value === null ? missing : formatNumber(value, value < 1 ? 3 : 1));
const percent = (figures: ResolutionFigures): string => (figures.successRate === null ? missing : formatNumber(figures.successRate, 2));

/** What a regulator asks of a node, of a period. */
export default function StatisticsPage() {
  const t = useTexts(identifierTexts);
  const [filter, setFilter] = useFilter({ last: '30', from: '', to: '' });
  const now = useNow(60);
  const period = filter.last === 'custom' ? { from: filter.from, to: filter.to } : { from: formatDate(now - (Number(filter.last) - 1) * day), to: formatDate(now) };
  const statistics = useQuery(statisticsQuery(period.from, period.to));
  return (
    <Page title={t('statistics.title')} figure={statistics.data && t('statistics.figure', { n: formatCount(statistics.data.registeredEver), m: formatCount(statistics.data.resolutions.resolved) })}>
      <div className={styles['actions']}>
        <Chips label={t('statistics.period')} value={filter.last} onChange={(last) => setFilter({ last })} options={(['7', '30', '90', '365', 'custom'] as const).map((value) => ({ value, label: t(`last.${value}`) }))} />
        {filter.last === 'custom' && <><DateInput label={t('from')} value={filter.from} onChange={(from) => setFilter({ from })} /><DateInput label={t('to')} value={filter.to} onChange={(to) => setFilter({ to })} /></>}
      </div>
      <QueryView query={statistics} skeleton="block">{(data) => <Report data={data} />}</QueryView>
    </Page>
  );
}

function Report({ data }: { data: NodeStatistics }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const figures = <T extends { resolutions: ResolutionFigures }>(): Column<T>[] => [
    { key: 'resolved', title: t('succeeded'), align: 'right', width: 110, render: (row) => formatCount(row.resolutions.resolved) },
    { key: 'notFound', title: t('notFound'), align: 'right', width: 100, render: (row) => formatCount(row.resolutions.notFound) },
    { key: 'failed', title: t('failed'), align: 'right', width: 100, render: (row) => formatCount(row.resolutions.failed) },
    { key: 'rate', title: `${t('count.success')} %`, align: 'right', width: 120, render: (row) => percent(row.resolutions) },
  ];
  const latencies = <T extends { latency: LatencyFigures }>(): Column<T>[] => (['p50', 'p95', 'p99'] as const).map((key) => ({ key, title: `${key.toUpperCase()} ms`, align: 'right', width: 90, render: (row) => milliseconds(row.latency[key]) }));
  const registered = <T extends { registered: number }>(): Column<T> => ({ key: 'registered', title: t('registered.new'), align: 'right', width: 110, render: (row) => formatCount(row.registered) });
  const ever = <T extends { registeredEver: number }>(): Column<T> => ({ key: 'ever', title: t('registered.ever'), align: 'right', width: 120, render: (row) => formatCount(row.registeredEver) });
  return (
    <div className={styles['stack']}>
      <div className={styles['counters']}>
        <Counter label={t('count.enterprises')} value={data.enterprises} note={t('statistics.new', { n: formatCount(data.newEnterprises) })} />
        <Counter label={t('count.registered')} value={data.registeredEver} note={`${t('statistics.new', { n: formatCount(data.registered) })} · ${t('statistics.retired', { n: formatCount(data.retired) })}`} />
        <Counter label={t('count.resolved')} value={data.resolutions.resolved} note={data.unassigned ? t('statistics.unassigned', { n: formatCount(data.unassigned.resolved + data.unassigned.notFound + data.unassigned.failed) }) : ''} />
        <Counter label={t('count.success')} value={data.resolutions.successRate === null ? missing : `${percent(data.resolutions)} %`} />
        <Counter label={t('latency')} value={data.latency.p50 === null ? missing : `${milliseconds(data.latency.p50)} ms`} note={data.latency.p50 === null ? '' : `P95 ${milliseconds(data.latency.p95)} · P99 ${milliseconds(data.latency.p99)} ms`} />
      </div>
      <Card title={t('statistics.days')}><DayCurve data={data} /></Card>
      <Table by="industry" title={t('by.industry')} data={data}>
        <DataTable label={t('by.industry')} rows={data.industries} rowKey={(row) => row.section + row.division} columns={[
          { key: 'industry', title: t('industry'), render: (row) => `${row.section}${row.division === row.section ? '' : row.division} ${name(row.nameZh, row.nameEn)}`, cut: true },
          { key: 'enterprises', title: t('count.enterprises'), align: 'right', width: 110, render: (row) => formatCount(row.enterprises) }, ever(), registered(), ...figures(),
        ]} />
      </Table>
      <Table by="region" title={t('by.region')} data={data}>
        <DataTable label={t('by.region')} rows={data.regions} rowKey={(row) => row.code} columns={[
          { key: 'region', title: t('region'), render: (row) => `${row.code} ${name(row.nameZh, row.nameEn)}`.trim(), cut: true },
          { key: 'enterprises', title: t('count.enterprises'), align: 'right', width: 110, render: (row) => formatCount(row.enterprises) }, ever(), registered(), ...figures(),
        ]} />
      </Table>
      <Table by="enterprise" title={t('by.enterprise')} data={data}>
        <DataTable label={t('by.enterprise')} rows={data.topEnterprises} rowKey={(row) => row.enterpriseId} columns={[
          { key: 'enterprise', title: t('enterprise'), render: (row) => name(row.nameZh, row.nameEn), cut: true }, { key: 'prefix', title: t('prefix'), width: 130, render: (row) => row.prefix }, ever(), registered(), ...figures(),
        ]} />
      </Table>
      <Table by="transport" title={t('by.transport')} data={data}>
        <DataTable label={t('by.transport')} rows={data.transports} rowKey={(row) => row.transport} columns={[{ key: 'transport', title: t('transport'), render: (row) => t(`transport.${row.transport}`) }, ...figures<NodeStatistics['transports'][number]>(), ...latencies<NodeStatistics['transports'][number]>()]} />
      </Table>
      <Table by="node" title={t('by.node')} data={data}>
        <DataTable label={t('by.node')} rows={data.nodes} rowKey={(row) => row.node} columns={[{ key: 'node', title: t('node'), render: (row) => row.node }, ...figures<NodeStatistics['nodes'][number]>(), ...latencies<NodeStatistics['nodes'][number]>()]} />
      </Table>
      <Table by="day" title={t('by.day')} data={data}>
        <DataTable label={t('by.day')} rows={[...data.days].reverse()} rowKey={(row) => row.day} columns={[
          { key: 'day', title: t('day'), render: (row) => row.day }, { key: 'enterprises', title: t('enterprises.new'), align: 'right', width: 110, render: (row) => formatCount(row.newEnterprises) },
          registered(), ...figures<NodeStatistics['days'][number]>(), ...latencies<NodeStatistics['days'][number]>(),
        ]} />
      </Table>
    </div>
  );
}

function Table({ by, title, data, children }: { by: By; title: string; data: NodeStatistics; children: ReactNode }) {
  const reason = useReason();
  const { message } = App.useApp();
  const save = async (): Promise<void> => {
    try {
      const answer = await fetchRaw(`/api/v1/identifiers/statistics.csv?by=${by}&from=${data.from}&to=${data.to}`);
      download(`identifiers-${by}-${data.from}-${data.to}.csv`, await answer.blob());
    } catch (error) {
      void message.error(reason(error));
    }
  };
  return <Card title={title} padded={false} actions={<Button size="small" aria-label={`${title} CSV`} icon={<Icon name="download" size={14} />} onClick={() => void save()}>CSV</Button>}>{children}</Card>;
}

/** Resolved on the left axis, registered on the right. */
function DayCurve({ data }: { data: NodeStatistics }) {
  const t = useTexts(identifierTexts);
  const language = useLanguage();
  const colors = useChartColors();
  const series = useSeriesColors();
  const option = useMemo(() => {
    const at = (text: string): number => instantOfWall(Date.parse(`${text}T00:00:00Z`));
    const curve = (key: string, title: string, color: string, value: (row: NodeStatistics['days'][number]) => number) => ({
      key, name: title, unit: title, decimals: 0, color, curve: curveOf(data.days.map((row) => ({ time: at(row.day), value: value(row), quality: 'good' as const }))),
    });
    return trendOption({
      curves: [curve('resolved', t('succeeded'), series[0] ?? '', (row) => row.resolutions.resolved), curve('registered', t('registered.new'), series[1] ?? '', (row) => row.registered)],
      range: [Date.parse(`${data.from}T00:00:00Z`), Date.parse(`${data.to}T00:00:00Z`) + (data.from === data.to ? day : 0)], axes: 'each', colors, language,
    });
  }, [data, colors, series, language, t]);
  return <Chart option={option} label={t('statistics.days')} height={240} />;
}
