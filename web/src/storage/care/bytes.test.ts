import { expect, it } from 'vitest';
import { formatBytes, formatDays } from './bytes';

it('says sizes with the unit that keeps them short', () => {
  expect([0, 1023, 1024, 1536, 150 * 1024, 5.25 * 1024 ** 3].map(formatBytes)).toEqual(['0 B', '1023 B', '1.00 KiB', '1.50 KiB', '150 KiB', '5.25 GiB']);
});

it('says that a missing age is for ever', () => {
  expect(formatDays(null, 'en')).toBe('for ever');
  expect(formatDays(30, 'zh')).toBe('30 天');
});
