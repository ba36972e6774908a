import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Board = Schemas['BoardItem'];
export type BoardDetail = Schemas['BoardDetail'];
export type BoardDocument = Schemas['BoardDocument'];
export type Widget = Schemas['BoardWidget'];
export type Flow = Schemas['BoardFlow'];
export type Reference = Schemas['BoardReference'];
export type BoardLink = Schemas['BoardLinkItem'];
export type WidgetKind = Widget['kind'];

export const widgetKinds: readonly WidgetKind[] = ['value', 'curve', 'bar', 'gauge', 'table', 'states', 'text', 'map', 'sankey'];
export const periods = ['1h', '24h', '7d', '30d'] as const;
export type Period = (typeof periods)[number];
export const periodOf = (text: string): Period => periods.find((each) => each === text) ?? '24h';
const hour = 3_600_000;
export const periodMs: Record<Period, number> = { '1h': hour, '24h': 24 * hour, '7d': 7 * 24 * hour, '30d': 30 * 24 * hour };
export const stepOf: Record<Period, string> = { '1h': '1m', '24h': '5m', '7d': '1h', '30d': '1h' };

export const boardListQuery = (kind?: string) => queryOptions({
  queryKey: ['boards', 'list', kind ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/boards', { params: { query: { kind, pageSize: 500 } as never }, signal })),
});

export const boardQuery = (id: number) => queryOptions({ queryKey: ['boards', 'one', id], queryFn: () => readTagged(api.GET('/api/v1/boards/{id}', { params: { path: { id } } })) });

export const boardLinksQuery = (id: number) => queryOptions({ queryKey: ['boards', 'links', id], queryFn: ({ signal }) => read(api.GET('/api/v1/boards/{id}/links', { params: { path: { id } }, signal })) });

/** Of the page of a link; it sees at the latest within a minute that the board was changed or the link revoked. */
export const sharedBoardQuery = queryOptions({ queryKey: ['boards', 'shared'], queryFn: ({ signal }) => read(api.GET('/api/v1/shared/board', { signal })), refetchInterval: 60_000, retry: false });

export const boardPointsQuery = (references: readonly string[], asset: number | undefined) => queryOptions({
  queryKey: ['boards', 'points', references, asset ?? null],
  queryFn: ({ signal }) => read(api.POST('/api/v1/boards/points', { body: { references: [...references], asset: asset ?? null }, signal })),
  placeholderData: keepPreviousData,
});
