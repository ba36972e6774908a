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

/** Bars of a value with a line of growth on the right axis. */
export function barsAndGrowthOption(names: readonly string[], values: readonly (number | null)[], growth: readonly (number | null)[], labels: { value: string; growth: string }, colors: ChartColors, bar: string, line: string): EChartsCoreOption {
  return {
    ...frame(colors),
    tooltip: { ...(frame(colors)['tooltip'] as object), valueFormatter: (value: unknown) => (typeof value === 'number' ? formatNumber(value, 2) : '—') },
    legend: { top: 0, right: 0, textStyle: { color: colors.ink2 }, itemWidth: 12, itemHeight: 8 },
    xAxis: { ...nameAxis(colors, names), axisLabel: { color: colors.ink2, fontSize: 12, hideOverlap: true, width: 88, overflow: 'truncate' } },
    yAxis: [valueAxis(colors), { ...valueAxis(colors), splitLine: { show: false }, position: 'right' }],
    series: [
      { name: labels.value, type: 'bar', data: values, itemStyle: { color: bar }, barMaxWidth: 36 },
      { name: labels.growth, type: 'line', yAxisIndex: 1, data: growth, itemStyle: { color: line }, lineStyle: { color: line, width: 1.5 }, symbolSize: 5, connectNulls: false },
    ],
  };
}

function tip(entries: unknown, bars: readonly Step[]): string {
  const index = Array.isArray(entries) ? (entries[0] as { dataIndex?: number } | undefined)?.dataIndex : undefined;
  const bar = index === undefined ? undefined : bars[index];
  const safe = (text: string): string => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
  return bar ? `${safe(bar.name)}<br>${bar.value > 0 ? '+' : ''}${formatNumber(bar.value, 2)}` : '';
}
