import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, fetchRaw, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Report = Schemas['ReportItem'];
export type ReportDraft = Schemas['ReportDraft'];
export type ReportKind = Report['kind'];
export type ReportRun = Schemas['ReportRunItem'];
export interface BadCell { sheet: string; cell: string; text: string; reason: string }

export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const reportListQuery = (page: number, asset?: number) => queryOptions({
  queryKey: ['reports', 'list', page, asset ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/reports', { params: { query: { page, pageSize: 50, asset } }, signal })),
  placeholderData: keepPreviousData,
  refetchInterval: 30_000,
});

export const taggedReport = (id: number) => readTagged(api.GET('/api/v1/reports/{id}', { params: { path: { id } } }));

export const runListQuery = (id: number, page: number) => queryOptions({
  queryKey: ['reports', 'runs', id, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/reports/{id}/runs', { params: { path: { id }, query: { page, pageSize: 20 } }, signal })),
  placeholderData: keepPreviousData,
  // A run takes seconds; who asked for one is looking.
  refetchInterval: (query) => (query.state.data?.items.some((run) => run.state === 'running') ? 1_000 : 30_000),
});

export async function uploadTemplate(id: number, file: File, etag: string): Promise<void> {
  await fetchRaw(`/api/v1/reports/${id}/template?name=${encodeURIComponent(file.name)}`, { method: 'PUT', headers: { 'Content-Type': workbookType, 'If-Match': etag }, body: file });
}

export const templateUrl = (id: number): string => `/api/v1/reports/${id}/template`;
export const workbookUrl = (id: number, runId: number): string => `/api/v1/reports/${id}/runs/${runId}/workbook`;
export const pageUrl = (id: number, runId: number): string => `/api/v1/reports/${id}/runs/${runId}/page`;
