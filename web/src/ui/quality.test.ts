import { expect, test } from 'vitest';
import { flagOf, gradeOf } from './quality';

test.each([['good', 'good', ''], ['bad:D', 'bad', 'D'], ['uncertain:S', 'uncertain', 'S'], ['', null, ''], [null, null, ''], ['odd', null, '']])('%j', (text, grade, flag) => {
  expect(gradeOf(text)).toBe(grade);
  expect(flagOf(text)).toBe(flag);
});
