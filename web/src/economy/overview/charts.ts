import type { EChartsCoreOption } from 'echarts/core';
import type { ChartColors } from '../../ui/chart/option';
import { formatNumber } from '../../ui/format';

const frame = (colors: ChartColors, bottom = 6): EChartsCoreOption => ({
  animation: false, textStyle: { fontFamily: colors.font },
  grid: { left: 8, right: 18, top: 24, bottom, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  tooltip: { trigger: 'axis', confine: true, transitionDuration: 0, backgroundColor: colors.raised, borderColor: colors.line, textStyle: { color: colors.ink, fontSize: 13 }, axisPointer: { type: 'shadow' } },
});

const valueAxis = (colors: ChartColors) => ({ type: 'value', axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: colors.soft } }, axisLabel: { color: colors.ink2, fontSize: 12 } });
const nameAxis = (colors: ChartColors, data: readonly string[]) => ({
  type: 'category', data, axisLine: { lineStyle: { color: colors.line } }, axisTick: { show: false }, axisLabel: { color: colors.ink2, fontSize: 12, interval: 0, width: 88, overflow: 'truncate', rotate: data.length > 8 ? 35 : 0 },
});

export interface Step { name: string; value: number }

/** Parts that stand on each other's shoulders, and what they come to. */
export function waterfallOption(steps: readonly Step[], total: Step, colors: ChartColors, up: string, down: string): EChartsCoreOption {
  let sum = 0;
  const rows = steps.map((step) => {
    const [low, high] = [Math.min(sum, sum + step.value), Math.max(sum, sum + step.value)];
    sum += step.value;
    return { ...step, low, high };
  });
  const bars = [...rows, { ...total, low: Math.min(0, total.value), high: Math.max(0, total.value) }];
  return {
    ...frame(colors),
    tooltip: { ...(frame(colors)['tooltip'] as object), formatter: (entries: unknown) => tip(entries, bars) },
    xAxis: nameAxis(colors, bars.map((bar) => bar.name)), yAxis: valueAxis(colors),
    series: [{
      type: 'custom', data: bars.map((bar, index) => [index, bar.low, bar.high, bar.value]),
      encode: { x: 0, y: [1, 2] },
      renderItem: (_: unknown, place: { value: (at: number) => number; coord: (at: [number, number]) => [number, number]; size: (of: [number, number]) => [number, number] }) => {
        const [x, bottom] = place.coord([place.value(0), place.value(1)]);
        const [, top] = place.coord([place.value(0), place.value(2)]);
        const width = Math.min(44, place.size([1, 0])[0] * 0.6);
        const last = place.value(0) === bars.length - 1;
        return { type: 'rect', shape: { x: x - width / 2, y: top, width, height: Math.max(1, bottom - top) }, style: { fill: last ? colors.ink2 : place.value(3) >= 0 ? up : down } };
      },
    }],
  };
}

/** Where a series is odd: steps by their place. */
export interface OddPlaces { anomalies: readonly number[]; breaks: readonly number[]; anomalyName: string; breakName: string }

const breakLines = (marks: OddPlaces, colors: ChartColors) => ({
  markLine: {
    symbol: 'none', silent: true, animation: false, lineStyle: { color: colors.limits.highHigh, type: 'dashed', width: 1.5 }, label: { formatter: marks.breakName, color: colors.ink, fontSize: 12 },
    data: marks.breaks.map((at) => ({ xAxis: at })),
  },
});

/** Bars of a value with a line of growth on the right axis. */
export function barsAndGrowthOption(
  names: readonly string[], values: readonly (number | null)[], growth: readonly (number | null)[], labels: { value: string; growth: string }, colors: ChartColors, bar: string, line: string, marks?: OddPlaces,
): EChartsCoreOption {
  return {
    ...frame(colors),
    tooltip: { ...(frame(colors)['tooltip'] as object), valueFormatter: (value: unknown) => (typeof value === 'number' ? formatNumber(value, 2) : '—') },
    legend: { top: 0, right: 0, textStyle: { color: colors.ink2 }, itemWidth: 12, itemHeight: 8 },
    xAxis: { ...nameAxis(colors, names), axisLabel: { color: colors.ink2, fontSize: 12, hideOverlap: true, width: 88, overflow: 'truncate' } },
    yAxis: [valueAxis(colors), { ...valueAxis(colors), splitLine: { show: false }, position: 'right' }],
    series: [
      { name: labels.value, type: 'bar', data: values, itemStyle: { color: bar }, barMaxWidth: 36, ...(marks ? breakLines(marks, colors) : {}) },
      ...(marks && marks.anomalies.length > 0 ? [{ name: marks.anomalyName, type: 'scatter', symbol: 'diamond', symbolSize: 12, itemStyle: { color: colors.limits.high, borderColor: colors.surface, borderWidth: 1 }, data: marks.anomalies.map((at) => [at, values[at] ?? 0]) }] : []),
      { name: labels.growth, type: 'line', yAxisIndex: 1, data: growth, itemStyle: { color: line }, lineStyle: { color: line, width: 1.5 }, symbolSize: 5, connectNulls: false },
    ],
  };
}

export interface NamedLine { name: string; values: readonly (number | null)[] }

/** Several lines over the same steps. */
export function linesOption(names: readonly string[], lines: readonly NamedLine[], colors: ChartColors, palette: readonly string[]): EChartsCoreOption {
  return {
    ...frame(colors),
    tooltip: { ...(frame(colors)['tooltip'] as object), valueFormatter: (value: unknown) => (typeof value === 'number' ? formatNumber(value, 2) : '—') },
    legend: { top: 0, right: 0, textStyle: { color: colors.ink2 }, itemWidth: 12, itemHeight: 8 },
    xAxis: { ...nameAxis(colors, names), axisLabel: { color: colors.ink2, fontSize: 12, hideOverlap: true } },
    yAxis: { ...valueAxis(colors), scale: true },
    series: lines.map((line, index) => ({ name: line.name, type: 'line', data: line.values, showSymbol: false, connectNulls: false, itemStyle: { color: palette[index] }, lineStyle: { color: palette[index], width: 2 } })),
  };
}

export interface FanPoint { value: number; lower: number; upper: number; actual: number | null }
export interface FanTexts { known: string; forecast: string; interval: string; actual: string }

/** What is known, and from its end the forecast in its interval. */
export function fanOption(names: readonly string[], known: readonly (number | null)[], ahead: readonly FanPoint[], texts: FanTexts, colors: ChartColors, line: string, came: string): EChartsCoreOption {
  const before = known.length - 1;
  // The forecast begins at the last known value, so that the fan has its stem.
  const from = (pick: (point: FanPoint) => number): (number | null)[] => [...Array.from({ length: before }, () => null), known[before] ?? null, ...ahead.map(pick)];
  const stem = known[before] ?? 0;
  const band = [...Array.from({ length: before }, () => null), 0, ...ahead.map((point) => point.upper - point.lower)];
  const format = (value: unknown): string => (typeof value === 'number' ? formatNumber(value, 2) : '—');
  return {
    ...frame(colors),
    tooltip: {
      ...(frame(colors)['tooltip'] as object), axisPointer: { type: 'line' },
      formatter: (entries: unknown) => {
        const index = Array.isArray(entries) ? (entries[0] as { dataIndex?: number } | undefined)?.dataIndex ?? 0 : 0;
        const point = ahead[index - known.length];
        const rows = point ? [`${texts.forecast} ${format(point.value)}`, `${texts.interval} ${format(point.lower)} … ${format(point.upper)}`, ...(point.actual === null ? [] : [`${texts.actual} ${format(point.actual)}`])] : [`${texts.known} ${format(known[index])}`];
        return [names[index] ?? '', ...rows].join('<br>');
      },
    },
    legend: { top: 0, right: 0, textStyle: { color: colors.ink2 }, itemWidth: 12, itemHeight: 8, data: [texts.known, texts.forecast, texts.interval, ...(ahead.some((point) => point.actual !== null) ? [texts.actual] : [])] },
    xAxis: { ...nameAxis(colors, names), axisLabel: { color: colors.ink2, fontSize: 12, hideOverlap: true } },
    yAxis: { ...valueAxis(colors), scale: true },
    series: [
      { name: 'lower', type: 'line', stack: 'fan', stackStrategy: 'all', data: [...Array.from({ length: before }, () => null), stem, ...ahead.map((point) => point.lower)], showSymbol: false, lineStyle: { opacity: 0 }, silent: true },
      { name: texts.interval, type: 'line', stack: 'fan', stackStrategy: 'all', data: band, showSymbol: false, lineStyle: { opacity: 0 }, itemStyle: { color: line, opacity: 0.3 }, areaStyle: { color: line, opacity: 0.18 }, silent: true },
      { name: texts.known, type: 'line', data: known, showSymbol: false, itemStyle: { color: line }, lineStyle: { color: line, width: 2 } },
      { name: texts.forecast, type: 'line', data: from((point) => point.value), showSymbol: false, itemStyle: { color: line }, lineStyle: { color: line, width: 2, type: 'dashed' } },
      { name: texts.actual, type: 'scatter', data: [...Array.from({ length: known.length }, () => null), ...ahead.map((point) => point.actual)], symbolSize: 8, itemStyle: { color: came } },
    ],
  };
}

function tip(entries: unknown, bars: readonly Step[]): string {
  const index = Array.isArray(entries) ? (entries[0] as { dataIndex?: number } | undefined)?.dataIndex : undefined;
  const bar = index === undefined ? undefined : bars[index];
  const safe = (text: string): string => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
  return bar ? `${safe(bar.name)}<br>${bar.value > 0 ? '+' : ''}${formatNumber(bar.value, 2)}` : '';
}
