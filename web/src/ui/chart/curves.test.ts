import { describe, expect, test } from 'vitest';
import type { QualityGrade } from '../quality';
import { bandOf, curveOf, gapsOf, wallOf, type Reading } from './curves';

const minute = 60_000;
const start = Date.UTC(2026, 10, 23);
const readings = (...values: (number | null)[]): Reading[] => values.map((value, index) => ({ time: start + index * minute, value, quality: 'good' }));
const shape = (line: readonly (readonly [number, number | null])[]): (number | null)[] => line.map(([, value]) => value);

describe('A curve', () => {
  test('joins samples that come as usual', () => expect(shape(curveOf(readings(1, 2, 3, 4)).line)).toEqual([1, 2, 3, 4]));

  test('breaks over a silence far longer than usual', () => {
    const samples = readings(1, 2, 3, 4, 5, 6);
    const late = samples.map((sample, index) => (index < 3 ? sample : { ...sample, time: sample.time + 30 * minute }));
    expect(shape(curveOf(late).line)).toEqual([1, 2, 3, null, 4, 5, 6]);
  });

  test('joins quarter-hours fetched later beside seconds that came live', () => {
    const history = Array.from({ length: 20 }, (_, index): Reading => ({ time: start + index * 15 * minute, value: index, quality: 'good' }));
    const live = Array.from({ length: 200 }, (_, index): Reading => ({ time: start + 20 * 15 * minute + index * 2000, value: 50, quality: 'good' }));
    expect(shape(curveOf([...history, ...live]).line)).not.toContain(null);
  });

  test('shows a sample that stands alone', () => {
    const samples = readings(1, 2, 3, 4, 5);
    (samples[1] as Reading).quality = 'bad';
    (samples[3] as Reading).quality = 'bad';
    expect(shape(curveOf(samples).lone)).toEqual([1, 3, 5]);
  });

  test('of hourly samples in minute buckets is not cut to pieces', () => {
    const sparse = Array.from({ length: 181 }, (_, index): Reading => ({ time: start + index * minute, value: index % 60 === 0 ? index : null, quality: 'good' }));
    expect(shape(curveOf(sparse).line)).toEqual([0, 60, 120, 180]);
  });

  test('leaves out bad samples, marks them, and does not join through them', () => {
    const samples = readings(1, 2, 99, 4);
    (samples[2] as Reading).quality = 'bad';
    const curve = curveOf(samples);
    expect(shape(curve.line)).toEqual([1, 2, null, 4]);
    expect(shape(curve.bad)).toEqual([99]);
  });

  test('keeps uncertain samples and marks them', () => {
    const samples = readings(1, 2, 3);
    (samples[1] as Reading).quality = 'uncertain' satisfies QualityGrade;
    const curve = curveOf(samples);
    expect(shape(curve.line)).toEqual([1, 2, 3]);
    expect(shape(curve.uncertain)).toEqual([2]);
  });

  test('of nothing is nothing', () => expect(curveOf([])).toEqual({ line: [], bad: [], uncertain: [], lone: [] }));
});

test('The band spans from the lowest to the highest and breaks where the curve does', () => {
  const band = bandOf(readings(1, 2, null, 4), readings(3, 5, null, 4));
  expect(shape(band.low)).toEqual([1, 2, 4]);
  expect(shape(band.span)).toEqual([2, 3, 0]);
});

test('Two samples say nothing about what a gap is', () => expect(gapsOf([0, 1000])).toEqual([false]));

test('The axis counts in the time of the park', () => expect(new Date(wallOf(Date.UTC(2026, 10, 23, 16))).toISOString()).toBe('2026-11-24T00:00:00.000Z'));
