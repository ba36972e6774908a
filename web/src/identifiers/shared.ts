import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, read, readTagged } from '../api/client';
import { ProblemError } from '../api/problems';
import type { components } from '../api/schema';
import { useReason } from '../ui/QueryView';

type Schemas = components['schemas'];
export type EnterpriseItem = Schemas['EnterpriseItem'];
export type EnterpriseDetail = Schemas['EnterpriseDetail'];
export type EnterpriseState = EnterpriseItem['state'];
export type PrefixItem = Schemas['PrefixItem'];
export type TemplateItem = Schemas['TemplateItem'];
export type TemplateField = Schemas['TemplateField'];
export type SuffixRule = Schemas['SuffixRule'];
export type IdentifierItem = Schemas['IdentifierItem'];
export type IdentifierLine = Schemas['IdentifierLine'];
export type IdentifierDetail = Schemas['IdentifierDetail'];
export type IdentifierField = Schemas['IdentifierField'];
export type BulkJobItem = Schemas['BulkJobItem'];
export type BadRowItem = Schemas['BadRowItem'];
export type MessagePart = Schemas['MessagePart'];
export type ResolutionStep = Schemas['ResolutionStep'];
export type DocumentItem = Schemas['DocumentItem'];
export type ThingsRegistered = Schemas['ThingsRegistered'];
export type NodeReportItem = Schemas['NodeReportItem'];
export type ReportingState = Schemas['ReportingState'];
export type NodeList = Schemas['NodeList'];
export type ReplicaItem = Schemas['ReplicaItem'];
export type RecursionState = Schemas['RecursionState'];
export type UpstreamItem = Schemas['UpstreamItem'];
export type NodeStatistics = Schemas['NodeStatistics'];
export type ResolutionFigures = Schemas['ResolutionFigures'];
export type LatencyFigures = Schemas['LatencyFigures'];

/** Names of the server's permissions of this room. */
export const identifierPermissions = {
  read: 'identifiers.read', register: 'identifiers.register', review: 'identifiers.review', manage: 'identifiers.manage',
} as const;

const key = 'identifiers';

export const overviewQuery = queryOptions({
  queryKey: [key, 'overview'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/overview', { signal })),
  refetchInterval: 15_000,
});

export const nodesQuery = queryOptions({
  queryKey: [key, 'nodes'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/nodes', { signal })),
  refetchInterval: 5_000,
});

export const rateQuery = queryOptions({
  queryKey: [key, 'rate'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/rate', { signal })),
  refetchInterval: 5_000,
});

export const statisticsQuery = (from: string, to: string) => queryOptions({
  queryKey: [key, 'statistics', from, to],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/statistics', { params: { query: { from: from || undefined, to: to || undefined } }, signal })),
  placeholderData: keepPreviousData,
});

export const reportsQuery = (page: number) => queryOptions({
  queryKey: [key, 'reports', page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/reports', { params: { query: { page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
});

export const reportingQuery = queryOptions({
  queryKey: [key, 'reporting'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/reports/state', { signal })),
});

export const documentsQuery = (id: number) => queryOptions({
  queryKey: [key, 'documents', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/enterprises/{id}/documents', { params: { path: { id } }, signal })),
});

export const thingQuery = (id: number) => queryOptions({
  queryKey: [key, 'thing', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/things/{kind}/{id}', { params: { path: { kind: 'asset', id } }, signal })),
});

export const enterprisesQuery = (state: string, page: number) => queryOptions({
  queryKey: [key, 'enterprises', state, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/enterprises', { params: { query: { state: (state || undefined) as EnterpriseState | undefined, page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
});

export const enterpriseQuery = (id: number) => queryOptions({
  queryKey: [key, 'enterprise', id],
  queryFn: ({ signal }) => readTagged(api.GET('/api/v1/identifiers/enterprises/{id}', { params: { path: { id } }, signal })),
});

export const prefixesQuery = (page: number, pageSize = 100) => queryOptions({
  queryKey: [key, 'prefixes', page, pageSize],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/prefixes', { params: { query: { page, pageSize } }, signal })),
  placeholderData: keepPreviousData,
});

export const templatesQuery = (enterprise: number | undefined) => queryOptions({
  queryKey: [key, 'templates', enterprise],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/templates', { params: { query: { enterprise, pageSize: 500 } }, signal })),
  placeholderData: keepPreviousData,
});

export const itemsQuery = (prefix: string, page: number, pageSize = 50) => queryOptions({
  queryKey: [key, 'items', prefix, page, pageSize],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/items', { params: { query: { prefix, page, pageSize } }, signal })),
  placeholderData: keepPreviousData,
});

export const itemQuery = (handle: string) => queryOptions({
  queryKey: [key, 'item', handle],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/item', { params: { query: { handle } }, signal })),
});

export const jobsQuery = (page: number) => queryOptions({
  queryKey: [key, 'jobs', page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/jobs', { params: { query: { page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
  refetchInterval: (query) => (query.state.data?.items.some(isOpen) ? 1_000 : false),
});

export const jobQuery = (id: number) => queryOptions({
  queryKey: [key, 'job', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/jobs/{id}', { params: { path: { id } }, signal })),
  refetchInterval: (query) => (query.state.data && isOpen(query.state.data.job) ? 1_000 : false),
});

export const codeQuery = (handle: string) => queryOptions({
  queryKey: [key, 'code', handle],
  queryFn: ({ signal }) => read(api.GET('/api/v1/identifiers/code', { params: { query: { handle } }, signal })),
  retry: false,
});

export const isOpen = (job: BulkJobItem): boolean => job.state === 'waiting' || job.state === 'running';

export const labelAddress = (handle: string): string => `/api/v1/identifiers/label?handle=${encodeURIComponent(handle)}`;

export const pageAddress = (handle: string): string => `/id/${handle.split('/').map(encodeURIComponent).join('/')}`;

/** One change: reads the room again when it is done; what was refused stands beside its field, the rest in words. */
export function useChange<T, A = void>(change: (argument: A) => Promise<T>, onDone: (result: T) => void) {
  const queries = useQueryClient();
  const reason = useReason();
  const mutation = useMutation({ mutationFn: change, onSuccess: async (result: T) => { await queries.invalidateQueries({ queryKey: [key] }); onDone(result); } });
  const fields: Readonly<Record<string, string[]>> = mutation.error instanceof ProblemError ? mutation.error.fields : {};
  const others = Object.entries(fields).map(([field, reasons]) => `${field}: ${reasons.join('；')}`);
  return { run: mutation.mutate, isPending: mutation.isPending, fields, others, failure: mutation.error && others.length === 0 ? reason(mutation.error) : null };
}
