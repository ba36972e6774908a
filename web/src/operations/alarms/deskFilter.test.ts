import { expect, test } from 'vitest';
import type { AlarmDefinition } from '../../api/types';
import { defaults, groupingOf, heldOf, instantOf, isNarrowed, viewOf } from './deskFilter';

test('A day of the date field is a day of the park, its end included', () => {
  expect(instantOf('2026-03-01', false)).toBe('2026-02-28T16:00:00.000Z');
  expect(instantOf('2026-03-01', true)).toBe('2026-03-01T16:00:00.000Z');
});

test('An instant of a link is taken as it is, and what is neither is no bound', () => {
  expect(instantOf('2026-03-01T10:20:00Z', true)).toBe('2026-03-01T10:20:00Z');
  expect(instantOf('yesterday', false)).toBeUndefined();
  expect(instantOf('', false)).toBeUndefined();
});

test('An address that names no view shows what waits', () => {
  expect(viewOf({ ...defaults, state: 'nonsense' })).toBe('unacknowledged');
  expect(groupingOf({ ...defaults, group: 'nonsense' })).toBe('incident');
});

test('History is told in its order and not in groups', () => expect(groupingOf({ ...defaults, state: 'all', group: 'asset' })).toBe('none'));

test('The view alone narrows nothing', () => {
  expect(isNarrowed({ ...defaults, state: 'active', page: '3', open: '4' })).toBe(false);
  expect(isNarrowed({ ...defaults, q: 'pump' })).toBe(true);
});

test('The shelf is narrowed as the list is', () => {
  const held = [{ state: 'shelved', priority: 2, code: 'P-1', nameZh: '泵', nameEn: 'Pump' }, { state: 'shelved', priority: 3, code: 'T-1', nameZh: '炉温', nameEn: 'Furnace' }, { state: 'outOfService', priority: 3, code: 'X', nameZh: '', nameEn: '' }] as AlarmDefinition[];
  expect(heldOf(held, 'shelved', { priority: '', q: '' })).toHaveLength(2);
  expect(heldOf(held, 'shelved', { priority: '3', q: '' }).map(({ code }) => code)).toEqual(['T-1']);
  expect(heldOf(held, 'shelved', { priority: '', q: ' PUMP' }).map(({ code }) => code)).toEqual(['P-1']);
  expect(heldOf(held, 'outOfService', { priority: '', q: '' })).toHaveLength(1);
});
