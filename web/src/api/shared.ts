import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from './client';

/** Questions that more than one feature asks. The first part of each key says what an event of the live stream makes old. */
export const alarmSummaryQuery = queryOptions({
  queryKey: ['alarms', 'summary'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/summary', { signal })),
  refetchInterval: 60_000,
});

export const parksQuery = queryOptions({
  queryKey: ['assets', 'parks'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets', { params: { query: { kind: 'park', pageSize: 100 } }, signal })),
  staleTime: 5 * 60_000,
});

export const quantitiesQuery = queryOptions({
  queryKey: ['quantities'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/quantities', { signal })),
  staleTime: Infinity,
});

export interface PointListFilter { asset?: number | undefined; q?: string | undefined; quantity?: string | undefined; bound?: boolean | undefined; page?: number; pageSize?: number }

export const pointListQuery = (filter: PointListFilter) => queryOptions({
  queryKey: ['points', 'list', filter],
  queryFn: ({ signal }) => read(api.GET('/api/v1/points', { params: { query: { ...filter, q: filter.q || undefined, quantity: filter.quantity || undefined } }, signal })),
  placeholderData: keepPreviousData,
});

export const pointQuery = (id: number) => queryOptions({
  queryKey: ['points', 'one', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/points/{id}', { params: { path: { id } }, signal })),
});

export const assetQuery = (id: number) => queryOptions({
  queryKey: ['assets', 'one', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets/{id}', { params: { path: { id } }, signal })),
});

export const assetPathQuery = (id: number) => queryOptions({
  queryKey: ['assets', 'path', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets/{id}/path', { params: { path: { id } }, signal })),
  staleTime: 60_000,
});

export const assetSearchQuery = (q: string) => queryOptions({
  queryKey: ['assets', 'search', q],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets', { params: { query: { q, pageSize: 20 } }, signal })),
  placeholderData: keepPreviousData,
});

export const assetTreeQuery = (root?: number) => queryOptions({
  queryKey: ['assets', 'tree', root ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets/tree', { params: { query: { root } }, signal })),
  staleTime: 60_000,
});

export const geoJsonQuery = (root: number | undefined) => queryOptions({
  queryKey: ['assets', 'geojson', root ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets/geojson', { params: { query: { root } }, signal })),
  staleTime: 5 * 60_000,
});

export interface AlarmFilter { state?: string | undefined; priority?: number | undefined; asset?: number | undefined; q?: string | undefined; page?: number; pageSize?: number }

export const alarmListQuery = (filter: AlarmFilter) => queryOptions({
  queryKey: ['alarms', 'list', filter],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms', { params: { query: { ...filter, priority: filter.priority === undefined ? undefined : [filter.priority], q: filter.q || undefined } }, signal })),
  placeholderData: keepPreviousData,
});

export interface SamplesFilter { ids: readonly number[]; from: string; to: string; step?: string | undefined; aggregate?: string | undefined; maxPoints?: number | undefined }

export const samplesQuery = ({ ids, from, to, step, aggregate, maxPoints }: SamplesFilter) => queryOptions({
  queryKey: ['samples', ids, from, to, step ?? null, aggregate ?? null, maxPoints ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/points/samples', { params: { query: { ids: ids.join(','), from, to, step, aggregate, maxPoints } }, signal })),
  staleTime: 30_000,
});

export const statisticsQuery = (ids: readonly number[], from: string, to: string) => queryOptions({
  queryKey: ['samples', 'statistics', ids, from, to],
  queryFn: ({ signal }) => read(api.GET('/api/v1/points/statistics', { params: { query: { ids: ids.join(','), from, to } }, signal })),
  placeholderData: keepPreviousData,
  staleTime: 30_000,
});

export const mapStatesQuery = (root: number | undefined) => queryOptions({
  queryKey: ['map-states', root ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/map/states', { params: { query: { root } }, signal })),
  // Alarms and sources come by the stream; that a value has grown old comes only with time.
  refetchInterval: 20_000,
});
