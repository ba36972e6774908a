import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Tagged } from '../../api/client';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { Chips } from '../../ui/Chips';
import { DataTable, type Column } from '../../ui/DataTable';
import { DateInput } from '../../ui/DateInput';
import { formatNumber, missing } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Fact, Facts } from '../../ui/ListLayout';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { useFilter } from '../../ui/useFilter';
import { barsAndGrowthOption, fanOption } from '../overview/charts';
import styles from '../overview/Overview.module.css';
import { AreaSelect, PartsChart, PartsTable, Pulls } from '../overview/OverviewPage';
import { SourcePanel } from '../overview/SourcePanel';
import { breakdownQuery, economyPermissions, figureText, forecastQuery, indicatorQuery, marksQuery, periodName, seriesQuery, signed, unitName, vintagesQuery, type BreakdownBy, type FigureFilter, type IndicatorForecast, type IndicatorItem, type IndicatorMarks } from '../shared';
import { IndicatorDialog } from './IndicatorDialog';
import { NowcastCard } from './NowcastCard';
import { indicatorTexts } from './texts';

const ways: readonly BreakdownBy[] = ['area', 'section', 'division', 'chain', 'enterprise'];

/** One indicator through time, ahead, taken apart, as it was known, and what it is made of. */
export default function IndicatorPage() {
  const code = useParams()['code'] ?? '';
  const indicator = useQuery(indicatorQuery(code));
  return <QueryView query={indicator} skeleton="block">{(data) => <Indicator key={code} opened={data} />}</QueryView>;
}

function Indicator({ opened }: { opened: Tagged<IndicatorItem> }) {
  const item = opened.value;
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const name = useName();
  const { indicator } = item;
  const [filter, setFilter] = useFilter({ asset: '', period: '', asOf: '', basis: '', by: 'division', method: '', open: '' });
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
          {can(economyPermissions.configure) && <Button onClick={() => setEditing(true)}>{t('edit')}</Button>}
        </>
      )}
    >
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <Series item={item} figure={figure} basis={filter.basis} />
          {indicator.frequency === 'month' && <Forecast item={item} figure={figure} method={filter.method} onMethod={(method) => setFilter({ method })} />}
          {indicator.frequency === 'month' && isFlow && <NowcastCard indicator={indicator} asset={filter.asset} />}
          <Parts item={item} figure={of} by={filter.by as BreakdownBy} onBy={(by) => setFilter({ by })} />
          <Vintages item={item} figure={of} />
          <Definition item={item} />
        </div>
        {editing && <IndicatorDialog opened={opened} onClose={() => setEditing(false)} />}
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
  const marks = useQuery({ ...marksQuery(figure), enabled: item.indicator.frequency === 'month' });
  const points = series.data?.points;
  const odd = marks.data;
  const option = useMemo(() => barsAndGrowthOption(
    (points ?? []).map((point) => periodName(point.period, language)), (points ?? []).map((point) => point.value), (points ?? []).map((point) => point.growth),
    { value: t('value'), growth: t('growth') }, colors, palette[0] ?? '', palette[1] ?? '',
    odd && {
      anomalies: placesOf(points, odd.anomalies), breaks: placesOf(points, odd.breaks), anomalyName: t('marks.anomaly'), breakName: t('marks.break'),
    },
  ), [points, odd, colors, palette, language, t]);
  return (
    <Card title={`${t('series')} · ${unitName(item.indicator.unit, language)}`}>
      <QueryView query={series} skeleton="block" isEmpty={(data) => data.points.every((point) => point.value === null)} empty={t('none')}>{() => <><Chart option={option} label={t('series')} height={300} />{series.data?.basis === 'cumulative' && item.indicator.kind === 'flow' && <p className={styles['meta']}>{t('sinceJanuary')}</p>}{odd && <Marks marks={odd} item={item} />}</>}</QueryView>
    </Card>
  );
}

const placesOf = (points: readonly { period: string }[] | undefined, marks: readonly { period: string }[]): number[] => marks.map((mark) => (points ?? []).findIndex((point) => point.period === mark.period)).filter((at) => at >= 0);

function Marks({ marks, item: { indicator } }: { marks: IndicatorMarks; item: IndicatorItem }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const change = (value: number): string => `${signed(value, marks.isPercent ? 1 : indicator.decimals)}${marks.isPercent ? '%' : ''}`;
  if (marks.anomalies.length + marks.breaks.length === 0) return <p className={styles['meta']}>{t('marks.none', { n: marks.steps })}</p>;
  return (
    <ul className={styles['meta']} aria-label={`${t('marks.anomaly')}、${t('marks.break')}`}>
      {marks.breaks.map((mark) => (
        <li key={`b${mark.period}`}>
          {t('marks.breakOf', { period: periodName(mark.period, language), jump: change(mark.jump), before: change(mark.slopeBefore), after: change(mark.slopeAfter), statistic: formatNumber(mark.statistic, 1), limit: marks.breakLimit })}
          {mark.reportingBefore !== mark.reportingAfter && ` · ${t('marks.scope', { before: mark.reportingBefore, after: mark.reportingAfter })}`}
        </li>
      ))}
      {marks.anomalies.map((mark) => (
        <li key={`a${mark.period}`}>{t('marks.anomalyOf', { period: periodName(mark.period, language), value: figureText(mark.value, indicator.decimals, indicator.unit, language), expected: figureText(mark.expected, indicator.decimals, indicator.unit, language), distance: signed(mark.distance), limit: marks.limit })}</li>
      ))}
    </ul>
  );
}

function Forecast({ item, figure, method, onMethod }: { item: IndicatorItem; figure: FigureFilter; method: string; onMethod: (method: string) => void }) {
  const t = useTexts(indicatorTexts);
  const forecast = useQuery(forecastQuery(figure, method));
  const methods = forecast.data?.methods ?? [];
  return (
    <Card
      title={`${t('forecast')} · ${unitName(item.indicator.unit, useLanguage())}`}
      actions={forecast.data && (
        <Select
          aria-label={t('forecast.method')} style={{ width: 190 }} value={forecast.data.method} onChange={onMethod}
          options={methods.toReversed().map((name) => ({ value: name, label: t(`method.${name}` as 'method.ets') }))}
        />
      )}
    >
      <QueryView query={forecast} skeleton="block">{(data) => (data.refusal ? <p className={styles['meta']}>{data.refusal}</p> : <Fan forecast={data} item={item} figure={figure} />)}</QueryView>
    </Card>
  );
}

function Fan({ forecast, item: { indicator }, figure }: { forecast: IndicatorForecast; item: IndicatorItem; figure: FigureFilter }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const series = useQuery(seriesQuery(figure, indicator.kind === 'flow' ? 'month' : ''));
  const known = useMemo(() => {
    const points = series.data?.points ?? [];
    const end = points.findIndex((point) => point.period === forecast.cutOff || point.period.endsWith(`..${forecast.cutOff ?? ''}`));
    return points.slice(0, end + 1).slice(-22);
  }, [series.data, forecast.cutOff]);
  const percent = Math.round(forecast.confidence * 100);
  const option = useMemo(() => fanOption(
    [...known, ...forecast.points].map((point) => periodName(point.period, language)), known.map((point) => point.value), forecast.points,
    { known: t('forecast.known'), forecast: t('forecast.value'), interval: t('forecast.interval', { n: percent }), actual: t('forecast.actual') }, colors, palette[0] ?? '', palette[1] ?? '',
  ), [known, forecast, percent, colors, palette, language, t]);
  const text = (value: number | null): string => figureText(value, indicator.decimals, indicator.unit, language);
  const { backTest } = forecast;
  type Row = IndicatorForecast['points'][number];
  const columns: Column<Row>[] = [
    { key: 'period', title: t('period'), render: (row) => periodName(row.period, language) },
    { key: 'value', title: t('forecast.value'), align: 'right', render: (row) => text(row.value) },
    { key: 'lower', title: t('forecast.lower'), align: 'right', render: (row) => text(row.lower) },
    { key: 'upper', title: t('forecast.upper'), align: 'right', render: (row) => text(row.upper) },
    ...(forecast.asOf ? [{ key: 'actual', title: t('forecast.actual'), align: 'right' as const, render: (row: Row) => text(row.actual) }] : []),
  ];
  return (
    <>
      {known.length > 0 && <Chart option={option} label={t('forecast')} height={260} />}
      <DataTable label={t('forecast')} columns={columns} rows={forecast.points} rowKey={(row) => row.period} />
      <p className={styles['meta']}>
        {t('forecast.basis', { from: periodName(forecast.from ?? '', language), to: periodName(forecast.cutOff ?? '', language), n: forecast.steps })} · {t('forecast.model')} <span className="mono">{forecast.model}</span>
        {forecast.incomplete.map((step) => <span key={step.period}><br />{t('forecast.incomplete', { period: periodName(step.period, language), reporting: step.reporting, expected: step.expected })}</span>)}
        <br />{backTest ? t('forecast.test', {
          origins: backTest.origins, errors: backTest.errors, smape: formatNumber(backTest.smape, 1), naive: formatNumber(backTest.naive2Smape, 1), mase: backTest.mase === null ? missing : formatNumber(backTest.mase, 2),
          bias: signed(backTest.bias), covered: formatNumber(backTest.covered, 0),
        }) : t('forecast.noTest')}
        {forecast.festival && <><br />{forecast.festival.tenDaysOfMarch === null ? forecast.festival.reason : t('forecast.festival', { effect: signed(forecast.festival.tenDaysOfMarch), with: percentText(forecast.festival.smapeWith), without: percentText(forecast.festival.smapeWithout), reason: forecast.festival.reason })}</>}
        {backTest && backTest.smape >= backTest.naive2Smape && <><br /><strong>{t('forecast.worse')}</strong></>}
      </p>
    </>
  );
}

const percentText = (value: number | null): string => (value === null ? missing : formatNumber(value, 2));

function Definition({ item }: { item: IndicatorItem }) {
  const t = useTexts(indicatorTexts);
  const { indicator } = item;
  const codes = (all: readonly string[]) => all.map((code, index) => <span key={code}>{index > 0 && ' '}<Link className="mono" to={`/economy/indicators/${code}`}>{code}</Link></span>);
  return (
    <Card title={t('definitionCard')}>
      <Facts>
        <Fact name={t('definition')}>{indicator.definition}<br /><small>{indicator.edition} · {t(item.isShipped ? 'edit.shipped' : 'edit.own')} · {indicator.source} · {t(indicator.verified ? 'verified.long' : 'unverified.long')}</small></Fact>
        <Fact name={t('formula')}>{indicator.formula ? <span className="mono">{indicator.code} = {indicator.formula}</span> : t('noFormula')}</Fact>
        {indicator.formula && <Fact name={t('leaves')}>{codes(item.leaves)}</Fact>}
        {item.dependants.length > 0 && <Fact name={t('dependants')}>{codes(item.dependants)}</Fact>}
      </Facts>
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
