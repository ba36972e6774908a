import { describe, expect, it } from 'vitest';
import { roomOf } from './Rail';
import { isOpen } from './railGroups';

describe('the room a path lies in', () => {
  const rooms = ['/', '/economy', '/economy/filing', '/economy/plan', '/alarms'];
  it.each([
    ['/', '/'],
    ['/economy', '/economy'],
    ['/economy/filing/1', '/economy/filing'],
    ['/economy/planning', '/economy'],
    ['/alarms/12', '/alarms'],
    ['/elsewhere', undefined],
  ])('%s is in %s', (path, room) => expect(roomOf(path, rooms)).toBe(room));
});

describe('a group of the rail', () => {
  it('is open where one is, whatever was chosen', () => expect(isOpen('economy', { economy: false }, 'economy')).toBe(true));
  it('is otherwise as it was left', () => expect((['economy', 'park', 'operations'] as const).map((group) => isOpen(group, { economy: true, operations: false }, 'park'))).toEqual([true, true, false]));
  it('is closed at first, but the operations centre', () => expect((['operations', 'settings'] as const).map((group) => isOpen(group, {}, undefined))).toEqual([true, false]));
});
