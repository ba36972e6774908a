import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, read } from '../../api/client';
import type { AlarmItem } from '../../api/types';
import { usePriorityColors } from '../../ui/chart/Chart';
import { wallOf } from '../../ui/chart/curves';
import type { Moment } from '../../ui/chart/option';
import { permissions, useCan } from '../../ui/session';
import { token } from '../../ui/theme';
import type { Stretch } from './range';

/** Alarms a picture can hold before its lines say nothing more. */
const maxAlarms = 50;

export const notesQuery = (ids: readonly number[], from: string, to: string) => queryOptions({
  queryKey: ['notes', ids, from, to],
  queryFn: ({ signal }) => read(api.GET('/api/v1/points/notes', { params: { query: { ids: ids.join(','), from, to, pageSize: 100 } }, signal })),
  placeholderData: keepPreviousData,
});

/** The alarms of all points in one piece: each point by itself would draw the picture again. */
const alarmsQuery = (points: readonly number[], from: string, to: string) => queryOptions({
  queryKey: ['alarms', 'of-curves', points, from, to],
  queryFn: async ({ signal }): Promise<AlarmItem[]> =>
    (await Promise.all(points.map((point) => read(api.GET('/api/v1/alarms', { params: { query: { state: 'all', point, from, to, pageSize: maxAlarms } }, signal }))))).flatMap((answer) => answer.items),
  placeholderData: keepPreviousData,
});

const none: readonly Moment[] = [];

export interface TrendMarks {
  /** Alarms and notes as lines on the time axis: an alarm by its priority, a note by its first words. */
  moments: readonly Moment[];
  /** Some could not be read, so what is missing in the picture may have been. */
  failed: boolean;
}

export function useTrendMarks(ids: readonly number[], { from, to }: Stretch, shown: boolean): TrendMarks {
  const can = useCan();
  const colors = usePriorityColors();
  const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const alarmAnswer = useQuery({ ...alarmsQuery(ids, start, end), enabled: shown && ids.length > 0 && can(permissions.readAlarms) });
  const noteAnswer = useQuery({ ...notesQuery(ids, start, end), enabled: shown && ids.length > 0 });
  const [alarms, notes] = [alarmAnswer.data, noteAnswer.data?.items];
  const moments = useMemo(() => (shown && (alarms?.length || notes?.length) ? [
    ...(alarms ?? []).slice(0, maxAlarms).map((alarm: AlarmItem) => ({ x: wallOf(Date.parse(alarm.raised)), label: String(alarm.priority), color: colors[alarm.priority - 1] ?? '' })),
    ...(notes ?? []).map((note) => ({ x: wallOf(Date.parse(note.time)), label: `✎ ${note.text.length > 12 ? `${note.text.slice(0, 11)}…` : note.text}`, color: token('ink-2') })),
  ] : none), [shown, alarms, notes, colors]);
  return { moments, failed: shown && (alarmAnswer.isError || noteAnswer.isError) };
}
