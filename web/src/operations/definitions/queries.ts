import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import { idOf, pageNumber } from '../../ui/useFilter';
import type { DefinitionKind } from './definitionDraft';

export const defaults = { tab: 'list', q: '', asset: '', kind: '', priority: '', enabled: '', ofPoint: '', held: '', page: '1', open: '' };
export type DefinitionFilter = typeof defaults;

const flag = (text: string): boolean | undefined => (text === 'true' ? true : text === 'false' ? false : undefined);

/** What the filters ask of the server; also for the export, which reads all pages. */
export const queryOf = (filter: DefinitionFilter, page = pageNumber(filter.page), pageSize = 100) => ({
  q: filter.q || undefined, asset: idOf(filter.asset), kind: filter.kind ? [filter.kind as DefinitionKind] : undefined, priority: idOf(filter.priority) === undefined ? undefined : [Number(filter.priority)],
  enabled: flag(filter.enabled), ofPoint: flag(filter.ofPoint), held: flag(filter.held), page, pageSize,
});

export const definitionListQuery = (filter: DefinitionFilter) => queryOptions({
  queryKey: ['alarm-definitions', 'list', queryOf(filter)],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/definitions', { params: { query: queryOf(filter) }, signal })),
  placeholderData: keepPreviousData,
});

export const taggedDefinition = (id: number) => readTagged(api.GET('/api/v1/alarms/definitions/{id}', { params: { path: { id } } }));

export const definitionQuery = (id: number) => queryOptions({
  queryKey: ['alarm-definitions', 'one', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/definitions/{id}', { params: { path: { id } }, signal })),
});

export const changesOfQuery = (id: number) => queryOptions({
  queryKey: ['alarm-definitions', 'changes', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/definitions/{id}/changes', { params: { path: { id }, query: { pageSize: 50 } }, signal })),
});

export const changesQuery = (status: 'pending' | undefined, page: number) => queryOptions({
  queryKey: ['alarm-definitions', 'all-changes', status ?? null, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/changes', { params: { query: { status, page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
});

export const pendingCountQuery = queryOptions({
  queryKey: ['alarm-definitions', 'all-changes', 'pending', 'count'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/alarms/changes', { params: { query: { status: 'pending', pageSize: 1 } }, signal }))).total,
  refetchInterval: 60_000,
});

export const distributionQuery = queryOptions({
  queryKey: ['alarm-definitions', 'distribution'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/definitions/distribution', { signal })),
});
