import { expect, test } from 'vitest';
import type { AlarmDefinition } from '../../api/types';
import { holdOf, leftText } from './HeldTable';

test('The time left says hours and minutes', () => {
  expect(leftText(116 * 60_000 + 5_000, 'zh')).toBe('1 小时 56 分钟');
  expect(leftText(29 * 60_000, 'en')).toBe('29 min');
  expect(leftText(2 * 3_600_000, 'en')).toBe('2 h');
  expect(leftText(50 * 3_600_000, 'en')).toBe('2 d');
  expect(leftText(-5, 'en')).toBe('0 s');
});

test('A list shows the hold it is about, also when several hold the alarm', () => {
  const hold = { shelvedSince: 'a', shelvedUntil: 'b', shelvedBy: 'li', shelfReason: 'r', outSince: 'c', outUntil: null, outBy: 'wang', outReason: 'p', suppressedSince: 'd', suppressedBy: 'rule:x' } as NonNullable<AlarmDefinition['hold']>;
  expect(holdOf(hold, 'shelved')).toEqual({ since: 'a', until: 'b', by: 'li', reason: 'r' });
  expect(holdOf(hold, 'outOfService')).toEqual({ since: 'c', until: null, by: 'wang', reason: 'p' });
  expect(holdOf(hold, 'suppressed')).toEqual({ since: 'd', until: null, by: '', reason: 'rule:x' });
  expect(holdOf(null, 'shelved')).toEqual({ since: null, until: null, by: '', reason: '' });
});
