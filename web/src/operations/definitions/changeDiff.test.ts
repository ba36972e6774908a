import { expect, test } from 'vitest';
import { differencesOf } from './changeDiff';

test('A change shows the members that differ and no others', () =>
  expect(differencesOf({ id: 1, version: 3, limit: 80, nameZh: '温度', suppressIn: ['stopped'] }, { id: 1, version: 4, limit: 85, nameZh: '温度', suppressIn: ['stopped', 'cleaning'] })).toEqual([
    { field: 'limit', before: '80', after: '85' },
    { field: 'suppressIn', before: 'stopped', after: 'stopped, cleaning' },
  ]));

test('A new definition shows what somebody said', () =>
  expect(differencesOf(null, { id: 0, limit: 80, deadband: 0, enabled: true, direction: 'both', response: null })).toEqual([
    { field: 'limit', before: null, after: '80' },
    { field: 'enabled', before: null, after: 'true' },
  ]));

test('What was switched off is a difference although it looks like a default', () =>
  expect(differencesOf({ enabled: true, onDelaySeconds: 5 }, { enabled: false, onDelaySeconds: 0 })).toEqual([
    { field: 'enabled', before: 'true', after: 'false' },
    { field: 'onDelaySeconds', before: '5', after: '0' },
  ]));

test('The limit of a point is the point’s and no change of the definition', () =>
  expect(differencesOf({ limit: 3, deadband: 0.2, priority: 2 }, { limit: null, deadband: 0, priority: 1 }, true)).toEqual([{ field: 'priority', before: '2', after: '1' }]));
