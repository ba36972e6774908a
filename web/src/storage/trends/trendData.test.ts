import { expect, test } from 'vitest';
import type { Samples } from '../../api/types';
import type { Reading } from '../../ui/chart/curves';
import { rowsOf } from './TrendExport';
import { statisticsOf, within } from './useTrendData';

const readings = (...values: [number | null, Reading['quality']?][]): Reading[] => values.map(([value, quality = 'good'], index) => ({ time: index, value, quality }));

test('Bad and missing values do not count', () => {
  const all = readings([2], [null], [100, 'bad'], [4]);
  expect(statisticsOf(all, all, all)).toEqual({ min: 2, mean: 3, max: 4, bad: 1 });
});

test('The mean of means weighs them by their samples', () => {
  const means = readings([10], [20]);
  expect(statisticsOf(means, means, means, [3, 1]).mean).toBe(12.5);
});

test('A curve comes in from the edge: one neighbour on each side is kept', () => {
  const all = readings([0], [1], [2], [3], [4], [5]);
  expect(within(all, { from: 2, to: 3 }).map((reading) => reading.time)).toEqual([1, 2, 3, 4]);
  expect(within(all, { from: 9, to: 12 }).map((reading) => reading.time)).toEqual([5]);
  expect(within([], { from: 0, to: 1 })).toEqual([]);
});

test('Nothing has no figures', () => expect(statisticsOf([], [], [])).toEqual({ min: null, mean: null, max: null, bad: 0 }));

test('An export has one row for each time of any series', () => {
  const series = (times: string[], values: number[]) => ({ unit: '', step: null, aggregate: null, times, values, qualities: values.map(() => 'good') }) as unknown as Samples;
  expect(rowsOf([series(['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'], [1, 2]), series(['2026-01-01T00:01:00Z'], [9])])).toEqual([
    ['2026-01-01 08:00:00', 1, 'good', null, null],
    ['2026-01-01 08:01:00', 2, 'good', 9, 'good'],
  ]);
});
