import { expect, test } from 'vitest';
import { compass } from './compass';

test.each([[0, '北'], [22.4, '北'], [22.6, '东北'], [180, '南'], [337.6, '北'], [359, '北'], [-45, '西北'], [720, '北']])('%d° is %s', (degrees, word) => {
  expect(compass(degrees, 'zh')).toBe(word);
});
