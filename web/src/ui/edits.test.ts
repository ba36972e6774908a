import { expect, test } from 'vitest';
import { mergeEdit } from './edits';

const base = { name: 'PM2.5', high: '75', scale: '1' };

test('What was typed here stays, what was not takes the new value', () => {
  const { draft, conflicts } = mergeEdit(base, { ...base, high: '80' }, { ...base, name: '细颗粒物' });
  expect(draft).toEqual({ name: '细颗粒物', high: '80', scale: '1' });
  expect(conflicts).toEqual([{ field: 'name', was: 'PM2.5', theirs: '细颗粒物', mine: 'PM2.5', both: false }]);
});

test('Where both typed, the input is kept and the difference said', () => {
  const { draft, conflicts } = mergeEdit(base, { ...base, high: '80' }, { ...base, high: '70' });
  expect(draft.high).toBe('80');
  expect(conflicts).toEqual([{ field: 'high', was: '75', theirs: '70', mine: '80', both: true }]);
});

test('Both meaning the same is no conflict of words', () => expect(mergeEdit(base, { ...base, high: '80' }, { ...base, high: '80' }).conflicts).toMatchObject([{ both: false }]));

test('Lists are compared by what is in them', () => expect(mergeEdit({ a: [1] }, { a: [1] }, { a: [1] }).conflicts).toEqual([]));
