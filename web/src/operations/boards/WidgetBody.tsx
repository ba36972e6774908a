import { useQueries, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { pointQuery, samplesQuery, statisticsQuery } from '../../api/shared';
import type { PointItem, Samples } from '../../api/types';
import { useCurrentValue } from '../../live/LiveContext';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { curveOf, readingsOf, wallOf } from '../../ui/chart/curves';
import { trendOption } from '../../ui/chart/option';
import { DataTable } from '../../ui/DataTable';
import { formatCompact, formatNumber } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { LiveValue } from '../../ui/LiveValue';
import { QueryView } from '../../ui/QueryView';
import styles from './Boards.module.css';
import { periodMs, stepOf, type Period, type Widget } from './queries';
import { Sankey } from './Sankey';
import { iso, useFigures, useStretch } from './useFigures';
import { boardTexts } from './texts';

const BoardMap = lazy(() => import('./BoardMap'));

/** Points that each kind can show without becoming unreadable, or asking too much at once. */
const most: Record<Widget['kind'], number> = { value: 12, curve: 8, bar: 50, gauge: 1, table: 50, states: 12, text: 0, map: 50, sankey: 50 };

/** What a widget shows; what goes wrong stays in its frame. */
export function WidgetBody({ widget, pointIds, idsBy, period }: { widget: Widget; pointIds: readonly number[]; idsBy: ReadonlyMap<string, readonly number[]>; period: Period }) {
  const t = useTexts(boardTexts);
  if (widget.kind === 'text') return <p className={styles['text']}>{widget.text}</p>;
  if (pointIds.length === 0) return <p className={styles['quiet']}>{t('widget.noPoints')}</p>;
  if (pointIds.length > most[widget.kind]) return <p role="alert">{t('widget.tooMany', { n: pointIds.length, max: most[widget.kind] })}</p>;
  return <Points ids={pointIds}>{(points) => <Shown widget={widget} points={points} idsBy={idsBy} period={period} />}</Points>;
}

function Points({ ids, children }: { ids: readonly number[]; children: (points: readonly PointItem[]) => React.ReactNode }) {
  const points = useQueries({ queries: ids.map((id) => pointQuery(id)), combine: (answers) => answers.flatMap((answer) => answer.data ?? []) });
  return points.length === 0 ? null : children(points);
}

function Shown({ widget, points, idsBy, period }: { widget: Widget; points: readonly PointItem[]; idsBy: ReadonlyMap<string, readonly number[]>; period: Period }) {
  const [first] = points;
  switch (widget.kind) {
    case 'value': return <Values points={points} />;
    case 'curve': return <Curves points={points} period={period} />;
    case 'bar': return <Bars points={points} period={period} figure={widget.figure ?? 'mean'} />;
    case 'gauge': return first ? <Gauge point={first} min={widget.min ?? 0} max={widget.max ?? 100} /> : null;
    case 'table': return <Table points={points} period={period} />;
    case 'states': return <States points={points} period={period} />;
    case 'map': return <Suspense fallback={null}><BoardMap widget={widget} points={points} period={period} /></Suspense>;
    case 'sankey': return <Sankey widget={widget} points={points} idsBy={idsBy} period={period} />;
    default: return null;
  }
}

function Values({ points }: { points: readonly PointItem[] }) {
  const name = useName();
  return <div className={styles['values']}>{points.map((point) => <div key={point.id}><small>{name(point.assetNameZh, point.assetNameEn)} · {name(point.nameZh, point.nameEn)}</small><LiveValue point={point} size="figure" /></div>)}</div>;
}

function Curves({ points, period }: { points: readonly PointItem[]; period: Period }) {
  const stretch = useStretch(period);
  const samples = useQuery(samplesQuery({ ids: points.map((point) => point.id), from: iso(stretch.from), to: iso(stretch.to), step: stepOf[period], aggregate: 'avg' }));
  return <QueryView query={samples} skeleton="block">{(data) => <CurveChart points={points} series={data.series} stretch={stretch} />}</QueryView>;
}

function CurveChart({ points, series, stretch }: { points: readonly PointItem[]; series: readonly Samples[]; stretch: { from: number; to: number } }) {
  const language = useLanguage();
  const name = useName();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const option = useMemo(() => trendOption({
    curves: points.map((point, index) => {
      const own = series.find((each) => each.pointId === point.id);
      return { key: String(point.id), name: `${name(point.assetNameZh, point.assetNameEn)} ${name(point.nameZh, point.nameEn)}`, unit: point.unitSymbol, decimals: point.decimals, color: palette[index % palette.length] ?? '', curve: curveOf(own ? readingsOf(own) : []) };
    }),
    range: [wallOf(stretch.from), wallOf(stretch.to)], axes: 'byUnit', colors, language,
  }), [points, series, stretch, colors, palette, language, name]);
  return <Chart option={option} height="100%" label={points.map((point) => name(point.nameZh, point.nameEn)).join(', ')} />;
}

function Bars({ points, period, figure }: { points: readonly PointItem[]; period: Period; figure: string }) {
  const figures = useFigures(points, period, figure);
  return <QueryView query={figures} skeleton="block">{(valueOf) => <BarChart points={points} valueOf={valueOf} />}</QueryView>;
}

function BarChart({ points, valueOf }: { points: readonly PointItem[]; valueOf: (id: number) => number | null }) {
  const language = useLanguage();
  const name = useName();
  const colors = useChartColors();
  const [color] = useSeriesColors();
  const names = points.map((point) => `${name(point.assetNameZh, point.assetNameEn)} ${name(point.nameZh, point.nameEn)}`);
  const option = {
    animation: false, textStyle: { fontFamily: colors.font }, grid: { left: 8, right: 12, top: 24, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'category', data: names, axisLabel: { color: colors.ink2, fontSize: 12, hideOverlap: true, width: 90, overflow: 'truncate' }, axisLine: { lineStyle: { color: colors.line } }, axisTick: { show: false } },
    yAxis: { type: 'value', name: [...new Set(points.map((point) => point.unitSymbol))].join(' / '), nameTextStyle: { color: colors.ink2 }, axisLabel: { color: colors.ink2, formatter: (value: number) => formatCompact(value, language, 3) }, splitLine: { lineStyle: { color: colors.soft } } },
    series: [{ type: 'bar', data: points.map((point) => valueOf(point.id)), itemStyle: { color }, barMaxWidth: 40, label: { show: points.length <= 12, position: 'top', color: colors.ink2, formatter: ({ dataIndex, value }: { dataIndex: number; value: number | null }) => formatNumber(value, points[dataIndex]?.decimals ?? 1) } }],
  };
  return <Chart option={option} height="100%" label={names.map((each, index) => `${each} ${formatNumber(valueOf(points[index]?.id ?? 0), points[index]?.decimals ?? 1)}`).join(', ')} />;
}

/** Half a circle, filled to where the value stands; the number stands below it. */
function Gauge({ point, min, max }: { point: PointItem; min: number; max: number }) {
  const name = useName();
  const { value } = useCurrentValue(point);
  const share = value === null ? 0 : Math.min(1, Math.max(0, (value - min) / (max - min)));
  const arc = Math.PI * 40;
  return (
    <div className={styles['gauge']}>
      <svg viewBox="0 0 100 56" role="img" aria-label={`${name(point.nameZh, point.nameEn)} ${formatNumber(value, point.decimals)} ${point.unitSymbol} (${min} – ${max})`}>
        <path d="M10 50A40 40 0 0 1 90 50" fill="none" stroke="var(--line)" strokeWidth={9} />
        <path d="M10 50A40 40 0 0 1 90 50" fill="none" stroke="var(--process)" strokeWidth={9} strokeDasharray={`${arc * share} ${arc}`} />
      </svg>
      <LiveValue point={point} size="figure" />
    </div>
  );
}

function Table({ points, period }: { points: readonly PointItem[]; period: Period }) {
  const t = useTexts(boardTexts);
  const name = useName();
  const stretch = useStretch(period);
  const figures = useQuery(statisticsQuery(points.map((point) => point.id), iso(stretch.from), iso(stretch.to)));
  const figure = (key: 'min' | 'mean' | 'max') => ({
    key, title: t(`figure.${key}`), align: 'right' as const, width: 90, render: (point: PointItem) => formatNumber(figures.data?.items.find((item) => item.pointId === point.id)?.[key], point.decimals),
  });
  return (
    <QueryView query={figures}>
      {() => (
        <DataTable
          label={t('kind.table')} rows={points} rowKey={(point) => point.id}
          columns={[{ key: 'point', title: t('widget.point'), cut: true, render: (point) => `${name(point.assetNameZh, point.assetNameEn)} · ${name(point.nameZh, point.nameEn)}` }, { key: 'now', title: t('widget.current'), align: 'right', width: 120, render: (point) => <LiveValue point={point} /> }, figure('min'), figure('mean'), figure('max')]}
        />
      )}
    </QueryView>
  );
}

/** 0 is hollow, anything else filled, as running and stopped are everywhere; where nobody told anything there is nothing. */
function States({ points, period }: { points: readonly PointItem[]; period: Period }) {
  const t = useTexts(boardTexts);
  const name = useName();
  const stretch = useStretch(period);
  const samples = useQuery(samplesQuery({ ids: points.map((point) => point.id), from: iso(stretch.from), to: iso(stretch.to), step: stepOf[period], aggregate: 'last' }));
  const [scale] = useState(1000);
  return (
    <QueryView query={samples} skeleton="block">
      {(data) => (
        <div className={styles['states']}>
          {points.map((point) => {
            const readings = readingsOf(data.series.find((each) => each.pointId === point.id) ?? { times: [], values: [], qualities: [] });
            const width = readings.length > 1 ? ((readings[1]?.time ?? 0) - (readings[0]?.time ?? 0)) / periodMs[period] * scale : 0;
            return (
              <div key={point.id}>
                <small>{name(point.assetNameZh, point.assetNameEn)} · {name(point.nameZh, point.nameEn)}</small>
                <svg viewBox={`0 0 ${scale} 16`} preserveAspectRatio="none" role="img" aria-label={t('states.label', { name: name(point.nameZh, point.nameEn) })}>
                  {readings.map(({ time, value }) => value !== null && (
                    <rect key={time} x={(time - stretch.from) / periodMs[period] * scale} y={value === 0 ? 6 : 1} width={width} height={value === 0 ? 4 : 14} fill={value === 0 ? 'var(--ink-3)' : 'var(--process)'} />
                  ))}
                </svg>
              </div>
            );
          })}
        </div>
      )}
    </QueryView>
  );
}
