import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type MimicDetail = Schemas['MimicDetail'];
export type MimicBinding = Schemas['MimicBinding'];
export type MimicEffect = MimicBinding['effect'];
export type MimicStep = Schemas['MimicStep'];
export type MimicPoint = Schemas['MimicPoint'];

export const effects: readonly MimicEffect[] = ['color', 'level', 'rotation', 'spin', 'flow', 'text', 'visibility'];

export const mimicListQuery = (asset?: number) => queryOptions({
  queryKey: ['mimics', 'list', asset ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/mimics', { params: { query: { asset, pageSize: 500 } as never }, signal })),
});

export const mimicQuery = (id: number) => queryOptions({ queryKey: ['mimics', 'one', id], queryFn: () => readTagged(api.GET('/api/v1/mimics/{id}', { params: { path: { id } } })) });

/** Under `points`: after a gap of the stream the values are read again, and once a minute what has grown old shows. */
export const mimicPointsQuery = (references: readonly string[], asset: number | null | undefined) => queryOptions({
  queryKey: ['points', 'mimic', references, asset ?? null],
  queryFn: ({ signal }) => read(api.POST('/api/v1/mimics/points', { body: { references: [...references], asset: asset ?? null }, signal })),
  placeholderData: keepPreviousData,
  refetchInterval: 60_000,
});
