import { describe, expect, test } from 'vitest';
import { alarmsOf, deskRows, moved, settled, type DeskAlarm, type DeskRow } from './deskRows';

const alarm = (id: number, priority: number, groupId: number, raised = `2026-03-01T00:00:${String(id).padStart(2, '0')}Z`, state = 'unacknowledged'): DeskAlarm => ({ id, priority, groupId, assetId: groupId * 10, raised, state });
const unseen = (each: DeskAlarm): boolean => each.state === 'unacknowledged';
const shape = (rows: readonly DeskRow<DeskAlarm>[]): string => rows.map((row) => (row.kind === 'group' ? `[${row.key}×${row.alarms.length}]` : String(row.alarm.id))).join(' ');
const none = new Set<string>();

describe('The desk', () => {
  // as the server sorts: priority, then newest
  const list = [alarm(9, 1, 5), alarm(8, 2, 6), alarm(4, 2, 5), alarm(7, 3, 7), alarm(3, 3, 5, undefined, 'acknowledged')];

  test('puts alarms of one trouble under one heading, where the most urgent of them stands', () => {
    expect(shape(deskRows(list, 'incident', none, unseen))).toBe('[i5×3] 9 4 3 8 7');
    expect(shape(deskRows(list, 'asset', none, unseen))).toBe('[a50×3] 9 4 3 8 7');
    expect(shape(deskRows(list, 'none', none, unseen))).toBe('9 8 4 7 3');
  });

  test('loses and doubles no alarm, however it is grouped', () => {
    for (const grouping of ['incident', 'asset', 'none'] as const)
      expect(deskRows(list, grouping, none, unseen).flatMap((row) => (row.kind === 'alarm' ? [row.alarm.id] : [])).sort()).toEqual(list.map(({ id }) => id).sort());
  });

  test('says of a group where it began, how urgent it is and how many wait', () => {
    const [group] = deskRows(list, 'incident', none, unseen);
    expect(group).toMatchObject({ kind: 'group', firstOut: { id: 3 }, priority: 1, unacknowledged: 2 });
  });

  test('hides the rows of a folded group, not its count', () => {
    const rows = deskRows(list, 'incident', new Set(['i5']), unseen);
    expect(shape(rows)).toBe('[i5×3] 8 7');
    expect(alarmsOf(rows[0]).map(({ id }) => id)).toEqual([9, 4, 3]);
  });
});

describe('The cursor', () => {
  const rows = deskRows([alarm(3, 1, 1), alarm(2, 1, 2), alarm(1, 1, 3)], 'incident', none, unseen);

  test('moves and stays at the ends', () => {
    expect(moved(rows, null, 1)).toBe('3');
    expect(moved(rows, '3', 1)).toBe('2');
    expect(moved(rows, '1', 1)).toBe('1');
    expect(moved(rows, '1', -9)).toBe('3');
    expect(moved([], '1', 1)).toBeNull();
  });

  test('goes to what stands now where its row stood', () => {
    const after = rows.filter(({ key }) => key !== '2');
    expect(settled(rows, after, '2')).toBe('1');
    expect(settled(rows, after, '3')).toBe('3');
    expect(settled(rows, after.slice(0, 1), '1')).toBe('3');
    expect(settled(rows, [], '1')).toBeNull();
  });
});
