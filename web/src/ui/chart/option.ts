import type { EChartsCoreOption } from 'echarts/core';
import { formatCompact, formatNumber } from '../format';
import type { Language } from '../i18n';
import type { Curve, XY } from './curves';

export interface ChartColors { font: string; ink: string; ink2: string; line: string; soft: string; surface: string; raised: string; bad: string; limits: Record<LimitKind, string> }

export type LimitKind = 'highHigh' | 'high' | 'low' | 'lowLow';

/** The short names everybody on a plant knows; written at the line itself. */
export const limitCodes: Record<LimitKind, string> = { highHigh: 'HH', high: 'H', low: 'L', lowLow: 'LL' };

export interface LimitLine { kind: LimitKind; value: number }

export interface ShownCurve {
  key: string;
  name: string;
  unit: string;
  decimals: number;
  color: string;
  curve: Curve;
  band?: { low: XY[]; span: XY[] } | undefined;
  limits?: readonly LimitLine[] | undefined;
  /** Another time of the same point: broken line, paler. */
  dashed?: boolean;
  /** Key of the curve whose axis it shares where every curve has its own. */
  axisOf?: string;
}

export interface Moment { x: number; label: string; color: string }

/** One axis for all, one a unit, or one a curve. */
export type Axes = 'shared' | 'byUnit' | 'each';

export interface TrendOptionInput {
  curves: readonly ShownCurve[];
  /** Visible range on the axis (park wall clock as UTC). */
  range: readonly [from: number, to: number];
  axes: Axes;
  colors: ChartColors;
  language: Language;
  /** Instants worth a vertical line, for example when an alarm was raised. */
  moments?: readonly Moment[];
  compact?: boolean;
  /** Values the axis must reach, for example the limit an alarm is about. */
  inSight?: readonly number[];
}

const timeLabels = {
  year: '{yyyy}', month: '{yyyy}-{MM}', day: '{MM}-{dd}', hour: '{HH}:{mm}', minute: '{HH}:{mm}', second: '{HH}:{mm}:{ss}', millisecond: '{HH}:{mm}:{ss}.{SSS}',
};

/** Everything ECharts has to know of a trend; no DOM, so that it can be tested. */
export function trendOption(input: TrendOptionInput): EChartsCoreOption {
  // One axis even without a curve: ECharts fails on a grid that has none.
  const keyOf = (curve: ShownCurve): string => (input.axes === 'shared' ? '' : input.axes === 'each' ? curve.axisOf ?? curve.key : curve.unit);
  const keys = input.curves.length === 0 ? [''] : [...new Set(input.curves.map(keyOf))];
  const axes = keys.map((key) => { const own = input.curves.filter((curve) => keyOf(curve) === key); return { unit: sharedUnit(own), color: own[0]?.color ?? 'inherit' }; });
  const axisOf = (curve: ShownCurve): number => keys.indexOf(keyOf(curve));
  const { colors, compact = false } = input;
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: colors.font },
    grid: {
      left: 8, right: axes.length > 1 ? 14 : 18, top: compact ? 12 : 30, bottom: 6,
      outerBoundsMode: 'same', outerBoundsContain: 'axisLabel',
    },
    tooltip: {
      trigger: 'axis', transitionDuration: 0, confine: true,
      backgroundColor: colors.raised, borderColor: colors.line, textStyle: { color: colors.ink, fontSize: 13 }, extraCssText: 'box-shadow: var(--shadow); font-variant-numeric: tabular-nums;',
      axisPointer: { type: 'line', lineStyle: { color: colors.ink2, type: 'solid', width: 1 } },
      formatter: (entries: unknown) => tooltip(entries, input),
    },
    xAxis: {
      type: 'time', min: input.range[0], max: input.range[1],
      axisLine: { lineStyle: { color: colors.line } }, axisTick: { lineStyle: { color: colors.line } }, splitLine: { show: false },
      axisLabel: { color: colors.ink2, fontSize: 12, hideOverlap: true, formatter: timeLabels },
    },
    yAxis: axes.map(({ unit, color }, index) => ({
      type: 'value', scale: true, name: compact ? '' : unit, position: index === 0 ? 'left' : 'right', offset: Math.max(0, index - 1) * 56,
      nameTextStyle: { color: axes.length > 1 ? color : colors.ink2, align: index === 0 ? 'left' : 'right', padding: [0, 0, 2, 0] },
      splitNumber: compact ? 3 : 5,
      axisLine: { show: false }, axisTick: { show: false },
      splitLine: { show: index === 0, lineStyle: { color: colors.soft } },
      axisLabel: { color: axes.length > 1 ? color : colors.ink2, fontSize: 12, formatter: (value: number) => formatCompact(value, input.language, 3) },
    })),
    series: [
      ...input.curves.flatMap((curve) => seriesOf(curve, axisOf(curve), colors, input.curves.length, compact)),
      ...momentSeries(input),
      ...inSightSeries(input),
    ],
  };
}

const sharedUnit = (curves: readonly ShownCurve[]): string => [...new Set(curves.map((curve) => curve.unit))].join(' / ');

function seriesOf(shown: ShownCurve, yAxisIndex: number, colors: ChartColors, curveCount: number, compact: boolean): object[] {
  const { key, name, color, curve, band } = shown;
  const quiet = { silent: true, tooltip: { show: false }, animation: false, yAxisIndex };
  const series: object[] = [];
  if (band) {
    const stack = { ...quiet, type: 'line', stack: `band-${key}`, stackStrategy: 'all', showSymbol: false, lineStyle: { opacity: 0 }, connectNulls: false };
    series.push({ ...stack, id: `low-${key}`, data: band.low });
    series.push({ ...stack, id: `span-${key}`, data: band.span, areaStyle: { color, opacity: 0.16 } });
  }
  series.push({
    type: 'line', id: `line-${key}`, name, yAxisIndex, data: curve.line, connectNulls: false, sampling: 'none',
    showSymbol: curve.line.length < 60, symbol: 'circle', symbolSize: compact ? 3 : 4,
    lineStyle: shown.dashed ? { color, width: 1.3, type: [5, 4], opacity: 0.75 } : { color, width: 1.6 }, itemStyle: { color }, emphasis: { disabled: true },
    markLine: limitLines(shown, colors, curveCount),
  });
  if (curve.lone.length > 0) series.push({ ...quiet, type: 'scatter', id: `lone-${key}`, data: curve.lone, symbol: 'circle', symbolSize: compact ? 3 : 4, itemStyle: { color } });
  if (curve.uncertain.length > 0) series.push({ ...quiet, type: 'scatter', id: `uncertain-${key}`, data: curve.uncertain, symbol: 'emptyCircle', symbolSize: 6, itemStyle: { color: colors.bad } });
  if (curve.bad.length > 0) series.push({ ...quiet, type: 'scatter', id: `bad-${key}`, name: `${name} ?`, data: curve.bad, symbol: 'path://M0 0L10 10M10 0L0 10', symbolSize: 8, itemStyle: { color: 'transparent', borderColor: colors.bad, borderWidth: 2 } });
  return series;
}

/** Limits of many curves over each other would say nothing: they are drawn while at most two curves are shown. */
function limitLines({ limits, decimals }: ShownCurve, colors: ChartColors, curveCount: number): object | undefined {
  if (!limits || limits.length === 0 || curveCount > 2) return undefined;
  return {
    silent: true, symbol: 'none', animation: false,
    data: limits.map(({ kind, value }) => ({
      yAxis: value, lineStyle: { color: colors.limits[kind], type: 'dashed', width: 1 },
      label: { position: 'insideStartTop', distance: [4, 2], color: colors.limits[kind], fontSize: 11, formatter: `${limitCodes[kind]} ${formatNumber(value, decimals)}` },
    })),
  };
}

function momentSeries({ moments, colors }: TrendOptionInput): object[] {
  if (!moments || moments.length === 0) return [];
  return [{
    type: 'line', id: 'moments', data: [], silent: true,
    markLine: {
      silent: true, symbol: 'none', animation: false,
      data: moments.map(({ x, label, color }) => ({ xAxis: x, lineStyle: { color, type: 'solid', width: 1 }, label: { formatter: label, color: colors.ink2, fontSize: 11, position: 'end', distance: 2 } })),
    },
  }];
}

/** Invisible points stretch an axis and leave its round numbers alone, which fixed ends would not. */
function inSightSeries({ inSight, range }: TrendOptionInput): object[] {
  if (!inSight || inSight.length === 0) return [];
  return [{ type: 'scatter', id: 'in-sight', silent: true, tooltip: { show: false }, symbolSize: 0, data: inSight.map((value) => [range[0], value]) }];
}

export function limitsOf(limits: { [kind in LimitKind]?: number | null | undefined } | undefined): LimitLine[] {
  const kinds: readonly LimitKind[] = ['highHigh', 'high', 'low', 'lowLow'];
  return kinds.flatMap((kind) => {
    const value = limits?.[kind];
    return value === null || value === undefined ? [] : [{ kind, value }];
  });
}

function tooltip(entries: unknown, input: TrendOptionInput): string {
  const shown = (Array.isArray(entries) ? entries : [entries]) as { seriesId?: string; value?: XY; axisValue?: number }[];
  const rows = shown.flatMap(({ seriesId, value }) => {
    const curve = input.curves.find((each) => seriesId === `line-${each.key}`);
    if (!curve || !value || value[1] === null) return [];
    return [`<tr><td style="padding-right:12px"><span style="display:inline-block;width:10px;height:3px;margin-right:6px;vertical-align:middle;background:${curve.color}"></span>${escapeHtml(curve.name)}</td><td style="text-align:right;font-weight:600">${formatNumber(value[1], curve.decimals)}</td><td style="padding-left:4px">${escapeHtml(curve.unit)}</td></tr>`];
  });
  if (rows.length === 0) return '';
  const x = shown.find((entry) => entry.value)?.value?.[0] ?? shown[0]?.axisValue ?? 0;
  return `<div style="color:${input.colors.ink2}">${new Date(x).toISOString().slice(0, 19).replace('T', ' ')}</div><table>${rows.join('')}</table>`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
