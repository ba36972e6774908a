import { describe, expect, test } from 'vitest';
import { limitsOf, trendOption, type ShownCurve, type TrendOptionInput } from './option';

const colors = { font: 'sans-serif', ink: '#000', ink2: '#111', line: '#222', soft: '#333', surface: '#fff', raised: '#fff', bad: '#f0f', limits: { highHigh: '#f00', high: '#fa0', low: '#fa0', lowLow: '#f00' } };
const curve = (key: string, unit: string, patch: Partial<ShownCurve> = {}): ShownCurve => ({ key, name: `Point ${key}`, unit, decimals: 1, color: '#00f', curve: { line: [[0, 1], [1, null], [2, 3]], bad: [], uncertain: [], lone: [] }, ...patch });
const optionOf = (curves: ShownCurve[], patch: Partial<TrendOptionInput> = {}) => trendOption({ curves, range: [0, 10], axes: 'byUnit', colors, language: 'zh', ...patch }) as { yAxis: object[]; series: Record<string, unknown>[]; useUTC: boolean; tooltip: { formatter: (entries: unknown) => string } };
const seriesOf = (option: ReturnType<typeof optionOf>, id: string) => option.series.find((series) => series['id'] === id);

describe('A trend', () => {
  test('never joins over a break', () => {
    const line = seriesOf(optionOf([curve('1', 'kW')]), 'line-1');
    expect(line?.['connectNulls']).toBe(false);
    expect(line?.['data']).toEqual([[0, 1], [1, null], [2, 3]]);
  });

  test('has one axis for each unit', () => {
    const option = optionOf([curve('1', 'kW'), curve('2', '°C'), curve('3', 'kW')]);
    expect(option.yAxis).toHaveLength(2);
    expect(option.series.map((series) => series['yAxisIndex'])).toEqual([0, 1, 0]);
  });

  test('has an axis before it has a curve', () => expect(optionOf([]).yAxis).toHaveLength(1));

  test('has a single axis when asked to', () => expect(optionOf([curve('1', 'kW'), curve('2', '°C')], { axes: 'shared' }).yAxis).toHaveLength(1));

  test('shows bad samples as marks of their own', () => {
    const option = optionOf([curve('1', 'kW', { curve: { line: [[0, 1]], bad: [[1, 99]], uncertain: [[2, 5]], lone: [[0, 1]] } })]);
    expect(seriesOf(option, 'bad-1')).toMatchObject({ type: 'scatter', data: [[1, 99]] });
    expect(seriesOf(option, 'lone-1')).toMatchObject({ type: 'scatter', data: [[0, 1]] });
    expect(seriesOf(option, 'uncertain-1')).toMatchObject({ type: 'scatter', data: [[2, 5]] });
  });

  test('draws the band below the line', () => {
    const ids = optionOf([curve('1', 'kW', { band: { low: [[0, 1]], span: [[0, 2]] } })]).series.map((series) => series['id']);
    expect(ids).toEqual(['low-1', 'span-1', 'line-1']);
  });

  test('draws limits while the picture stays readable', () => {
    const limits = limitsOf({ high: 75, highHigh: 115, low: null });
    expect(limits).toEqual([{ kind: 'highHigh', value: 115 }, { kind: 'high', value: 75 }]);
    expect(seriesOf(optionOf([curve('1', 'kW', { limits })]), 'line-1')?.['markLine']).toBeDefined();
    expect(seriesOf(optionOf([curve('1', 'kW', { limits }), curve('2', 'kW'), curve('3', 'kW')]), 'line-1')?.['markLine']).toBeUndefined();
  });

  test('counts in the wall clock it is given', () => expect(optionOf([curve('1', 'kW')]).useUTC).toBe(true));

  test('does not run what somebody wrote into a name', () => {
    const text = optionOf([curve('1', 'kW', { name: '<img src=x onerror=alert(1)>' })]).tooltip.formatter([{ seriesId: 'line-1', value: [0, 1] }]);
    expect(text).not.toContain('<img');
  });
});
