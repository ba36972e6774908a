import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { Chips } from '../../ui/Chips';
import { DataTable, type Column } from '../../ui/DataTable';
import { DateInput } from '../../ui/DateInput';
import { formatNumber } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useFilter } from '../../ui/useFilter';
import { barsAndGrowthOption } from '../overview/charts';
import styles from '../overview/Overview.module.css';
import { AreaSelect, PartsChart, PartsTable, Pulls } from '../overview/OverviewPage';
import { SourcePanel } from '../overview/SourcePanel';
import { breakdownQuery, figureText, indicatorQuery, periodName, seriesQuery, unitName, vintagesQuery, type BreakdownBy, type FigureFilter, type IndicatorItem } from '../shared';
import { indicatorTexts } from './texts';

const ways: readonly BreakdownBy[] = ['area', 'section', 'division', 'chain', 'enterprise'];

/** One indicator through time, taken apart, and as it was known. */
export default function IndicatorPage() {
  const code = useParams()['code'] ?? '';
  const indicator = useQuery(indicatorQuery(code));
  return <QueryView query={indicator} skeleton="block">{(data) => <Indicator key={code} item={data} />}</QueryView>;
}

function Indicator({ item }: { item: IndicatorItem }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const name = useName();
  const { indicator } = item;
  const [filter, setFilter] = useFilter({ asset: '', period: '', asOf: '', basis: '', by: 'division', open: '' });
  const figure: FigureFilter = { code: indicator.code, asset: filter.asset, period: filter.period, asOf: filter.asOf };
  const series = useQuery(seriesQuery(figure, filter.basis));
  const newest = series.data?.points.findLast((point) => point.value !== null);
  const of = { ...figure, period: filter.period || newest?.period || '' };
  const isFlow = indicator.kind === 'flow';
  const periods = [...(series.data?.points ?? [])].reverse().map((point) => ({ value: point.period, label: periodName(point.period, language) }));
  return (
    <Page
      title={name(indicator.nameZh, indicator.nameEn)}
      figure={<>{newest && <>{periodName(newest.period, language)} <strong>{figureText(newest.value, indicator.decimals, indicator.unit, language)}</strong> · </>}<span className="mono">{indicator.code}</span> · {unitName(indicator.unit, language)}</>}
      actions={(
        <>
          <AreaSelect value={filter.asset || (series.data ? String(series.data.assetId) : '')} onChange={(asset) => setFilter({ asset })} />
          {isFlow && <Chips label={t('basis')} value={series.data?.basis ?? 'month'} onChange={(basis) => setFilter({ basis, period: '' })} options={[{ value: 'month', label: t('basis.month') }, { value: 'cumulative', label: t('basis.cumulative') }]} />}
          <Select aria-label={t('period')} style={{ width: 150 }} value={of.period || null} options={periods} onChange={(period: string | null) => setFilter({ period: period ?? '' })} />
          <DateInput label={t('asOf')} value={filter.asOf} onChange={(asOf) => setFilter({ asOf })} />
          <Button onClick={() => setFilter({ open: 'source' })}>{t('source')}</Button>
        </>
      )}
    >
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <Series item={item} figure={figure} basis={filter.basis} />
          <Parts item={item} figure={of} by={filter.by as BreakdownBy} onBy={(by) => setFilter({ by })} />
          <Vintages item={item} figure={of} />
        </div>
        {filter.open && of.period && <SourcePanel figure={of} onClose={() => setFilter({ open: '' })} />}
      </div>
    </Page>
  );
}

function Series({ item, figure, basis }: { item: IndicatorItem; figure: FigureFilter; basis: string }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const series = useQuery(seriesQuery(figure, basis));
  const colors = useChartColors();
  const palette = useSeriesColors();
  const points = series.data?.points;
  const option = useMemo(() => barsAndGrowthOption(
    (points ?? []).map((point) => periodName(point.period, language)), (points ?? []).map((point) => point.value), (points ?? []).map((point) => point.growth),
    { value: t('value'), growth: t('growth') }, colors, palette[0] ?? '', palette[1] ?? '',
  ), [points, colors, palette, language, t]);
  return (
    <Card title={`${t('series')} · ${unitName(item.indicator.unit, language)}`}>
      <QueryView query={series} skeleton="block" isEmpty={(data) => data.points.every((point) => point.value === null)} empty={t('none')}>{() => <Chart option={option} label={t('series')} height={300} />}</QueryView>
    </Card>
  );
}

function Parts({ item, figure, by, onBy }: { item: IndicatorItem; figure: FigureFilter; by: BreakdownBy; onBy: (by: string) => void }) {
  const t = useTexts(indicatorTexts);
  const parts = useQuery({ ...breakdownQuery(figure, by), enabled: figure.period !== '' });
  const { indicator } = item;
  const additive = indicator.kind === 'flow' || indicator.kind === 'level';
  return (
    <Card title={t('parts')} actions={<Chips label={t('by')} value={by} onChange={onBy} options={ways.map((value) => ({ value, label: t(`by.${value}`) }))} />}>
      <QueryView query={parts} skeleton="block" isEmpty={(data) => data.rows.length === 0} empty={t('none')}>
        {(data) => (
          <>
            {data.herfindahl !== null && <p className={styles['meta']}>{t('hhi', { value: formatNumber(data.herfindahl, 0) })}</p>}
            <PartsTable breakdown={data} decimals={indicator.decimals} unit={indicator.unit} />
            <div className={styles['two']} style={{ marginTop: 12 }}>
              <Card title={t('parts')}><PartsChart breakdown={data} label={t('parts')} /></Card>
              {additive && <Pulls breakdown={data} title={t('pulls')} />}
            </div>
          </>
        )}
      </QueryView>
    </Card>
  );
}

function Vintages({ item, figure }: { item: IndicatorItem; figure: FigureFilter }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const vintages = useQuery({ ...vintagesQuery(figure), enabled: figure.period !== '' });
  const { indicator } = item;
  type Row = NonNullable<typeof vintages.data>[number];
  const columns: Column<Row>[] = [
    { key: 'known', title: t('knownOn'), render: (row) => row.knownOn },
    { key: 'value', title: t('value'), align: 'right', render: (row) => figureText(row.value, indicator.decimals, indicator.unit, language) },
    { key: 'reporting', title: t('reporting'), align: 'right', width: 110, render: (row) => row.reporting },
    { key: 'revisions', title: t('revisions'), align: 'right', width: 110, render: (row) => row.revisions },
  ];
  return (
    <Card title={t('vintages')}>
      <QueryView query={vintages} isEmpty={(data) => data.length === 0} empty={t('vintagesNone')}>{(data) => <DataTable label={t('vintages')} columns={columns} rows={data} rowKey={(row) => row.knownOn} />}</QueryView>
    </Card>
  );
}
