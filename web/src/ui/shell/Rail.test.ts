import { describe, expect, it } from 'vitest';
import { roomOf } from './Rail';

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
