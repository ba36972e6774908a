import { expect, test, vi } from 'vitest';
import { csvCell, csvOf, readAllPages } from './csv';

test.each([['a', 'a'], ['a,b', '"a,b"'], ['say "x"', '"say ""x"""'], ['two\nlines', '"two\nlines"'], [1.5, '1.5'], [null, ''], ['-4.2', '-4.2']])('%j becomes %j', (value, cell) => expect(csvCell(value)).toBe(cell));

test.each(['=1+1', '+cmd', '@sum', '-2+3'])('%s is no formula in a spreadsheet', (value) => expect(csvCell(value)).toBe(`'${value}`));

test('Rows end as RFC 4180 says', () => expect(csvOf([['a', 1], ['b', null]])).toBe('a,1\r\nb,\r\n'));

test('An export reads every page and says how far it is', async () => {
  const all = Array.from({ length: 1203 }, (_, index) => index);
  const progress = vi.fn();
  const read = await readAllPages((page, size) => Promise.resolve({ items: all.slice((page - 1) * size, page * size), total: all.length }), progress, new AbortController().signal);
  expect(read).toEqual(all);
  expect(progress.mock.calls).toEqual([[500, 1203], [1000, 1203], [1203, 1203]]);
});

test('An export that is stopped stops', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(readAllPages(() => Promise.resolve({ items: [1], total: 9 }), () => undefined, abort.signal)).rejects.toThrow();
});
