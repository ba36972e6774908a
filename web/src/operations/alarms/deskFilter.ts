import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import type { AlarmDefinition } from '../../api/types';
import { instantOfWall } from '../../ui/format';
import { idOf, pageNumber } from '../../ui/useFilter';
import { groupings, type Grouping } from './deskRows';

export const defaults = { state: 'unacknowledged', priority: '', q: '', asset: '', from: '', to: '', definition: '', group: 'incident', page: '1', open: '' };
export type DeskFilter = typeof defaults;

/** The lists of the desk, in the order of their chips. */
export const views = ['unacknowledged', 'open', 'active', 'shelved', 'suppressed', 'outOfService', 'all'] as const;
export type View = (typeof views)[number];

export const viewOf = (filter: DeskFilter): View => views.find((view) => view === filter.state) ?? 'unacknowledged';
export const groupingOf = (filter: DeskFilter): Grouping => (viewOf(filter) === 'all' ? 'none' : groupings.find((each) => each === filter.group) ?? 'incident');

/** The lists of what is kept from being announced; those hold definitions, because an alarm can be shelved before it ever rises. */
export type HeldView = 'shelved' | 'suppressed' | 'outOfService';
export const isHeldView = (view: View): view is HeldView => view === 'shelved' || view === 'suppressed' || view === 'outOfService';

/** Something narrows the list beyond the choice of view. */
export const isNarrowed = ({ priority, q, asset, from, to, definition }: DeskFilter): boolean => [priority, q, asset, from, to, definition].some((value) => value !== '');

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
    state: view, definition: idOf(filter.definition),
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

/** Everything that is shelved, suppressed or out of service. */
export const heldQuery = queryOptions({
  queryKey: ['alarms', 'held'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/alarms/definitions', { params: { query: { held: true, pageSize: 500 } }, signal }))).items,
  refetchInterval: 30_000,
});

/** Definitions of one list of held ones, as the filters of the desk narrow them. */
export function heldOf(all: readonly AlarmDefinition[], view: HeldView, filter: Pick<DeskFilter, 'priority' | 'q'>): AlarmDefinition[] {
  const q = filter.q.trim().toLowerCase();
  return all.filter((each) => each.state === view && (filter.priority === '' || String(each.priority) === filter.priority)
    && (q === '' || [each.code, each.nameZh, each.nameEn, each.pointCode, each.pointNameZh, each.pointNameEn, each.assetNameZh, each.assetNameEn].some((text) => text?.toLowerCase().includes(q))));
}

/** What happened the last times, of the same alarm. */
export const occurrencesQuery = (definitionId: number) => queryOptions({
  queryKey: ['alarms', 'occurrences', definitionId],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/alarms', { params: { query: { state: 'all', definition: definitionId, pageSize: 11 } }, signal }))).items,
  placeholderData: keepPreviousData,
});
