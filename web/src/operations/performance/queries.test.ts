import { expect, test } from 'vitest';
import { periodOf } from './queries';

const now = Date.parse('2026-03-10T04:00:00Z');

test('The last days end now', () => expect(periodOf({ last: '30', from: '', to: '' }, now)).toEqual({ from: '2026-02-08T04:00:00.000Z', to: undefined }));

test('A chosen period has whole days of the park, the last one included', () =>
  expect(periodOf({ last: 'custom', from: '2026-03-01', to: '2026-03-02' }, now)).toEqual({ from: '2026-02-28T16:00:00.000Z', to: '2026-03-02T16:00:00.000Z' }));

test('What is no period becomes the last week', () => {
  const week = { from: '2026-03-03T04:00:00.000Z', to: undefined };
  expect(periodOf({ last: 'custom', from: '2026-03-05', to: '' }, now)).toEqual(week);
  expect(periodOf({ last: 'custom', from: '2026-03-05', to: '2026-03-01' }, now)).toEqual(week);
  expect(periodOf({ last: '9999', from: '', to: '' }, now)).toEqual(week);
});
