import type { EChartsCoreOption } from 'echarts/core';
import { formatCompact, formatNumber } from '../format';
import type { Language } from '../i18n';
import type { Reading } from './curves';
import type { ChartColors } from './option';

export interface Related { key: string; name: string; unit: string; decimals: number; color: string; readings: readonly Reading[] }

const good = ({ value, quality }: Reading): boolean => value !== null && quality !== 'bad';

/** Values of two curves at the same times; what only one of them has is left out. */
export function pairsOf(x: readonly Reading[], y: readonly Reading[]): [number, number][] {
  const at = new Map(x.filter(good).map((reading) => [reading.time, reading.value]));
  return y.filter(good).flatMap(({ time, value }) => {
    const first = at.get(time);
    return first === undefined || first === null || value === null ? [] : [[first, value] as [number, number]];
  });
}

/** Values from the largest to the smallest over the share of the time, in percent, for which they were reached or exceeded. */
export function durationOf(readings: readonly Reading[]): [number, number][] {
  const values = readings.filter(good).map(({ value }) => value ?? 0).sort((a, b) => b - a);
  return values.map((value, index) => [((index + 1) / values.length) * 100, value]);
}

interface RelationInput { curves: readonly Related[]; colors: ChartColors; language: Language; xName: string }

export const scatterOption = (input: RelationInput): EChartsCoreOption => relationOption(input, input.curves.slice(1).map((curve) => ({
  type: 'scatter', id: `scatter-${curve.key}`, name: curve.name, data: pairsOf(input.curves[0]?.readings ?? [], curve.readings), symbolSize: 5, itemStyle: { color: curve.color, opacity: 0.6 }, large: true, largeThreshold: 2_000,
})), input.curves.slice(1), input.curves[0]?.unit ?? '');

export const durationOption = (input: RelationInput): EChartsCoreOption => relationOption(input, input.curves.map((curve) => ({
  type: 'line', id: `duration-${curve.key}`, name: curve.name, data: durationOf(curve.readings), showSymbol: false, lineStyle: { color: curve.color, width: 1.6 }, itemStyle: { color: curve.color },
})), input.curves, '%');

function relationOption({ colors, language, xName }: RelationInput, series: object[], shown: readonly Related[], xUnit: string): EChartsCoreOption {
  const axis = { type: 'value', scale: true, axisLine: { lineStyle: { color: colors.line } }, splitLine: { lineStyle: { color: colors.soft } }, nameTextStyle: { color: colors.ink2 }, axisLabel: { color: colors.ink2, fontSize: 12, formatter: (value: number) => formatCompact(value, language, 3) } };
  return {
    animation: false, textStyle: { fontFamily: colors.font },
    grid: { left: 8, right: 24, top: 30, bottom: 26, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'item', transitionDuration: 0, confine: true, backgroundColor: colors.raised, borderColor: colors.line, textStyle: { color: colors.ink, fontSize: 13 },
      formatter: ({ value, seriesIndex }: { value: [number, number]; seriesIndex: number }) => `${formatNumber(value[0], 2)} ${xUnit} · ${formatNumber(value[1], shown[seriesIndex]?.decimals ?? 2)} ${shown[seriesIndex]?.unit ?? ''}`.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
    },
    xAxis: { ...axis, name: xName, nameLocation: 'middle', nameGap: 24 },
    yAxis: { ...axis, name: [...new Set(shown.map((curve) => curve.unit))].join(' / ') },
    series,
  };
}
