import { expect, test } from 'vitest';
import type { Reading } from './curves';
import { durationOf, pairsOf } from './relation';

const readings = (...values: [time: number, value: number | null, quality?: Reading['quality']][]): Reading[] => values.map(([time, value, quality = 'good']) => ({ time, value, quality }));

test('A scatter has what both curves told at the same time', () => {
  expect(pairsOf(readings([0, 1], [1, 2], [2, null], [3, 4, 'bad'], [4, 5]), readings([1, 20], [2, 30], [3, 40], [4, 50], [5, 60]))).toEqual([[2, 20], [5, 50]]);
});

test('A duration curve falls, and ends at all of the time', () => {
  expect(durationOf(readings([0, 3], [1, 9], [2, 6], [3, null], [4, 99, 'bad'], [5, 1]))).toEqual([[25, 9], [50, 6], [75, 3], [100, 1]]);
  expect(durationOf([])).toEqual([]);
});
