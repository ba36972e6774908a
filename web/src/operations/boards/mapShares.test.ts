import { expect, it } from 'vitest';
import { rangeOf, sharesOf } from './mapShares';

it('colours begin at zero or below and end at the largest, or as somebody said', () => {
  expect([rangeOf([3, null, 8], null, null), rangeOf([-2, 5], null, null), rangeOf([3, 8], 2, 6), rangeOf([], null, null)]).toEqual([{ min: 0, max: 8 }, { min: -2, max: 5 }, { min: 2, max: 6 }, { min: 0, max: 1 }]);
});

it('a meter colours the nearest place above it that is drawn, and several are averaged', () => {
  const values = new Map<number, number | null>([[1, 10], [2, 20], [3, null], [4, 500]]);
  const points = [{ id: 1, assetId: 11 }, { id: 2, assetId: 12 }, { id: 3, assetId: 10 }, { id: 4, assetId: 99 }];
  const shares = sharesOf(points, (id) => values.get(id) ?? null, { min: 0, max: 30 }, new Set([10, 20]), new Map([[11, 10], [12, 11], [10, 20], [99, null]]));
  expect([...shares]).toEqual([[10, 0.5]]);
});
