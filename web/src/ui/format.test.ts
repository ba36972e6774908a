import { describe, expect, test } from 'vitest';
import { formatAge, formatCompact, formatFullTime, formatNumber, formatTime, instantOfWall, zoneOffset } from './format';

describe('A number', () => {
  test('keeps the decimals of its quantity', () => expect(formatNumber(3, 2)).toBe('3.00'));
  test('separates thousands', () => expect(formatNumber(1234567.891, 1)).toBe('1,234,567.9'));
  test('that is missing is a dash, never 0', () => {
    for (const missing of [null, undefined, Number.NaN, Infinity]) expect(formatNumber(missing, 1)).toBe('—');
  });
  test('of zero stays zero', () => expect(formatNumber(0, 1)).toBe('0.0'));
  test('rounded to nothing has no sign', () => expect(formatNumber(-0.001, 2)).toBe('0.00'));
  test('below zero has a real minus', () => expect(formatNumber(-4.25, 1)).toBe('−4.3'));
});

describe('A short number', () => {
  test.each([[12_345, '1.23万'], [310_000_000, '3.1亿'], [9_999, '9,999'], [0.5, '0.5']])('%d in Chinese', (value, text) => expect(formatCompact(value, 'zh')).toBe(text));
  test.each([[12_345, '12.35k'], [310_000_000, '310M'], [2e9, '2G'], [999, '999']])('%d in English', (value, text) => expect(formatCompact(value, 'en')).toBe(text));
});

describe('A time', () => {
  test('is the clock on the wall of the park', () => {
    expect(formatTime('2026-11-23T16:00:05Z')).toBe('11-24 00:00:05');
    expect(formatFullTime('2026-12-31T16:30:00Z')).toBe('2027-01-01 00:30:00');
  });
  test('that is none is a dash', () => {
    for (const missing of [null, undefined, '', 'yesterday']) expect(formatFullTime(missing)).toBe('—');
  });
  test('goes to the wall and back', () => {
    const instant = Date.UTC(2026, 6, 1, 3, 4, 5);
    for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC']) expect(instantOfWall(instant + zoneOffset(instant, zone), zone)).toBe(instant);
  });
});

test('An age is words', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(formatAge(now - 200, now, 'zh')).toBe('刚刚');
  expect(formatAge(now - 3 * 60_000, now, 'zh')).toBe('3 分钟前');
  expect(formatAge(now - 26 * 3_600_000, now, 'en')).toBe('1 d ago');
});
