import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged, type Tagged } from '../api/client';
import type { SourceDetail } from '../api/types';

export interface SourceFilter { q?: string; gateway?: string; state?: string; claimed?: boolean | undefined; asset?: number | undefined; page?: number; pageSize?: number }

export const sourceListQuery = (filter: SourceFilter) => queryOptions({
  queryKey: ['sources', 'list', filter],
  queryFn: ({ signal }) => read(api.GET('/api/v1/sources', { params: { query: { ...filter, q: filter.q || undefined, gateway: filter.gateway || undefined, state: filter.state || undefined } }, signal })),
  placeholderData: keepPreviousData,
  // Counters move with every frame; the stream only tells of a change of state.
  refetchInterval: 15_000,
});

export const unclaimedCountQuery = queryOptions({
  queryKey: ['sources', 'unclaimed'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/sources', { params: { query: { claimed: false, pageSize: 1 } }, signal }))).total,
  refetchInterval: 60_000,
});

export const offlineCountQuery = queryOptions({
  queryKey: ['sources', 'offline'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/sources', { params: { query: { state: 'offline', pageSize: 1 } }, signal }))).total,
  refetchInterval: 60_000,
});

/** The document spells what a detail inherits as optional; it always comes. */
export const readSource = async (id: number, signal?: AbortSignal): Promise<Tagged<SourceDetail>> =>
  (await readTagged(api.GET('/api/v1/sources/{id}', { params: { path: { id } }, ...(signal ? { signal } : {}) }))) as Tagged<SourceDetail>;

export const sourceQuery = (id: number) => queryOptions({
  queryKey: ['sources', 'one', id],
  queryFn: ({ signal }) => readSource(id, signal),
  refetchInterval: 10_000,
});

export const framesQuery = (id: number, live: boolean) => queryOptions({
  queryKey: ['sources', 'frames', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/sources/{id}/frames', { params: { path: { id } }, signal })),
  refetchInterval: live ? 3_000 : false,
});

export const requestsQuery = (id: number) => queryOptions({
  queryKey: ['sources', 'requests', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/sources/{id}/requests', { params: { path: { id } }, signal })),
  // While the device has not answered, its answer is awaited closely.
  refetchInterval: (query) => (query.state.data?.some((request) => request.state === 'pending' || request.state === 'accepted') ? 1_000 : 15_000),
});

export const gatewaysQuery = queryOptions({
  queryKey: ['gateways'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/gateways', { signal })),
  staleTime: 5 * 60_000,
});

/** Frames that could be given to no source: noise, broken heads, refused strangers. */
export const strangersQuery = (gateway: string, live: boolean) => queryOptions({
  queryKey: ['gateways', gateway, 'frames'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/gateways/{name}/frames', { params: { path: { name: gateway } }, signal })),
  refetchInterval: live ? 3_000 : false,
});

export const templatesQuery = (gateway: string) => queryOptions({
  queryKey: ['source-templates', gateway],
  queryFn: ({ signal }) => read(api.GET('/api/v1/source-templates', { params: { query: { gateway } }, signal })),
  staleTime: 5 * 60_000,
});

export const claimProposalQuery = (id: number, template: string | null) => queryOptions({
  queryKey: ['claim', id, template],
  queryFn: ({ signal }) => read(api.GET('/api/v1/sources/{id}/claim', { params: { path: { id }, query: template ? { template } : {} }, signal })),
  staleTime: Infinity,
  placeholderData: keepPreviousData,
});
