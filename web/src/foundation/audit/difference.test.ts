import { expect, test } from 'vitest';
import { differences } from './difference';

test('Fields are compared one by one, however deep', () => {
  expect(differences({ name: 'a', limits: { high: 70, low: 1 } }, { name: 'a', limits: { high: 75, low: 1 } }).filter((each) => each.changed)).toEqual([{ field: 'limits.high', before: 70, after: 75, changed: true }]);
});
test('A new thing has no before', () => expect(differences(null, { name: 'a' })).toEqual([{ field: 'name', before: undefined, after: 'a', changed: true }]));
test('Null and missing are the same nothing', () => expect(differences({ a: null }, {})).toMatchObject([{ changed: false }]));
