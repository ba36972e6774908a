import { expect, test } from 'vitest';
import { bottom, clamp, placed } from './layout';

const at = (x: number, y: number, w = 6, h = 4) => ({ x, y, w, h });

test('A widget stays within the grid', () => {
  expect(clamp(at(30, -3, 6, 0))).toEqual(at(18, 0, 6, 1));
  expect(clamp(at(0, 0, 99, 4))).toEqual(at(0, 0, 24, 4));
});

test('What would be covered moves down, and what follows it too', () => {
  expect(placed([at(0, 0), at(0, 4), at(0, 8), at(12, 0)], 3, at(3, 0))).toEqual([at(0, 4), at(0, 8), at(0, 12), at(3, 0)]);
});

test('What is not in the way stays', () => {
  expect(placed([at(0, 0), at(6, 0)], 0, at(12, 0))).toEqual([at(12, 0), at(6, 0)]);
  expect(bottom([at(0, 3), at(0, 1)])).toBe(7);
  expect(bottom([])).toBe(0);
});
