/** What grouping has to know of an alarm. */
export interface DeskAlarm { id: number; priority: number; state: string; groupId: number; assetId: number; raised: string }

export type Grouping = 'incident' | 'asset' | 'none';
export const groupings: readonly Grouping[] = ['incident', 'asset', 'none'];

export interface DeskGroup<T> {
  kind: 'group';
  key: string;
  alarms: readonly T[];
  /** The one that rose first: where the trouble began. */
  firstOut: T;
  /** Of the most urgent of them. */
  priority: number;
  unacknowledged: number;
  collapsed: boolean;
}

export interface DeskLine<T> { kind: 'alarm'; key: string; alarm: T; group: DeskGroup<T> | null }

export type DeskRow<T> = DeskGroup<T> | DeskLine<T>;

const keyOf: Record<Exclude<Grouping, 'none'>, (alarm: DeskAlarm) => string> = {
  // An occurrence of before there were groups stands for itself.
  incident: ({ groupId, id }) => `i${groupId || id}`,
  asset: ({ assetId }) => `a${assetId}`,
};

/**
 * The rows of the desk: alarms of one trouble under one heading, where the most urgent of them stands; the order of the server (priority, then age)
 * is kept in and between the groups. One alarm alone needs no heading.
 */
export function deskRows<T extends DeskAlarm>(alarms: readonly T[], grouping: Grouping, collapsed: ReadonlySet<string>, isUnacknowledged: (alarm: T) => boolean): DeskRow<T>[] {
  const single = (alarm: T): DeskLine<T> => ({ kind: 'alarm', key: String(alarm.id), alarm, group: null });
  if (grouping === 'none') return alarms.map(single);
  const groups = new Map<string, T[]>();
  for (const alarm of alarms) groups.set(keyOf[grouping](alarm), [...(groups.get(keyOf[grouping](alarm)) ?? []), alarm]);
  return [...groups].flatMap(([key, members]) => {
    const [first] = members;
    if (!first || members.length === 1) return members.map(single);
    const group: DeskGroup<T> = {
      kind: 'group', key, alarms: members, collapsed: collapsed.has(key),
      firstOut: members.reduce((earliest, alarm) => (alarm.raised < earliest.raised || (alarm.raised === earliest.raised && alarm.id < earliest.id) ? alarm : earliest)),
      priority: Math.min(...members.map(({ priority }) => priority)),
      unacknowledged: members.filter(isUnacknowledged).length,
    };
    return [group, ...(group.collapsed ? [] : members.map((alarm): DeskLine<T> => ({ kind: 'alarm', key: String(alarm.id), alarm, group })))];
  });
}

/** The row that gets the keyboard when the cursor moves by some rows; stays at the ends. */
export function moved<T>(rows: readonly DeskRow<T>[], cursor: string | null, by: number): string | null {
  if (rows.length === 0) return null;
  const at = rows.findIndex(({ key }) => key === cursor);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  return rows[next]?.key ?? null;
}

/** When the row under the cursor is gone (acknowledged, returned), the cursor goes to what stands now where it stood. */
export function settled<T>(before: readonly DeskRow<T>[], rows: readonly DeskRow<T>[], cursor: string | null): string | null {
  if (cursor === null || rows.some(({ key }) => key === cursor)) return cursor;
  const at = before.findIndex(({ key }) => key === cursor);
  return at < 0 ? null : rows[Math.min(at, rows.length - 1)]?.key ?? null;
}

/** The alarms of a row: itself, or all of a group. */
export const alarmsOf = <T>(row: DeskRow<T> | undefined): readonly T[] => (row === undefined ? [] : row.kind === 'group' ? row.alarms : [row.alarm]);
