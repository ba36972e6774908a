import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Incident = Schemas['IncidentItem'];
export type IncidentDetail = Schemas['IncidentDetail'];
export type IncidentLine = Schemas['IncidentLine'];
export type IncidentState = Incident['state'];

export const incidentListQuery = (open: boolean | undefined, q: string, page: number) => queryOptions({
  queryKey: ['incidents', 'list', open ?? null, q, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/incidents', { params: { query: { open, q: q || undefined, page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
  refetchInterval: 30_000,
});

export const incidentQuery = (id: number) => queryOptions({
  queryKey: ['incidents', 'one', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/incidents/{id}', { params: { path: { id } }, signal })),
  // Others write into it at the same time.
  refetchInterval: 10_000,
});

export const etagOf = (detail: IncidentDetail): string => `"${detail.incident.version}"`;
export const pictureUrl = (incidentId: number, pictureId: number): string => `/api/v1/incidents/${incidentId}/pictures/${pictureId}`;
