import { expect, test } from 'vitest';
import { daysOfMonth, otherMonth } from './calendar';

test('a month begins under its weekday and has all its days', () => {
  expect(daysOfMonth('2026-02')).toMatchObject({ first: '2026-02-01', last: '2026-02-28', blanks: 6 });
  expect(daysOfMonth('2028-02').days).toHaveLength(29);
  expect(daysOfMonth('2026-06').blanks).toBe(0);
});

test('months go over the end of a year', () => {
  expect(otherMonth('2026-12', 1)).toBe('2027-01');
  expect(otherMonth('2026-01', -1)).toBe('2025-12');
});
