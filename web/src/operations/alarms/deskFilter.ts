import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import type { AlarmItem } from '../../api/types';
import { instantOfWall } from '../../ui/format';
import { idOf, pageNumber } from '../../ui/useFilter';
import { groupings, type Grouping } from './deskRows';

export const defaults = { state: 'unacknowledged', priority: '', q: '', asset: '', from: '', to: '', group: 'incident', page: '1', open: '' };
export type DeskFilter = typeof defaults;

/** The lists of the desk, in the order of their chips. */
export const views = ['unacknowledged', 'open', 'active', 'all'] as const;
export type View = (typeof views)[number];

export const viewOf = (filter: DeskFilter): View => views.find((view) => view === filter.state) ?? 'unacknowledged';
export const groupingOf = (filter: DeskFilter): Grouping => (viewOf(filter) === 'all' ? 'none' : groupings.find((each) => each === filter.group) ?? 'incident');

/** Something narrows the list beyond the choice of view. */
export const isNarrowed = ({ priority, q, asset, from, to }: DeskFilter): boolean => [priority, q, asset, from, to].some((value) => value !== '');

/** "2026-03-01" of the date field is a day of the park; a link may name an instant. */
export function instantOf(text: string, endOfDay: boolean): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const midnight = Date.parse(`${text}T00:00:00Z`);
    return Number.isFinite(midnight) ? new Date(instantOfWall(midnight + (endOfDay ? 86_400_000 : 0))).toISOString() : undefined;
  }
  return Number.isFinite(Date.parse(text)) ? text : undefined;
}

/** What a page asks of the server. Grouping wants to see what belongs together, so its pages are long. */
export const deskQuery = (filter: DeskFilter) => {
  const view = viewOf(filter);
  const query = {
    state: view,
    priority: idOf(filter.priority) === undefined ? undefined : [Number(filter.priority)],
    asset: idOf(filter.asset), q: filter.q || undefined, from: instantOf(filter.from, false), to: instantOf(filter.to, true),
    page: pageNumber(filter.page), pageSize: view === 'all' ? 100 : 200,
  };
  return queryOptions({
    queryKey: ['alarms', 'desk', query],
    queryFn: ({ signal }) => read(api.GET('/api/v1/alarms', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

/** What happened the last times, of the same alarm. */
export const occurrencesQuery = (alarm: Pick<AlarmItem, 'pointId' | 'kind'>) => queryOptions({
  queryKey: ['alarms', 'occurrences', alarm.pointId, alarm.kind],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/alarms', { params: { query: { state: 'all', point: alarm.pointId, pageSize: 50 } }, signal }))).items.filter(({ kind }) => kind === alarm.kind),
  placeholderData: keepPreviousData,
});
