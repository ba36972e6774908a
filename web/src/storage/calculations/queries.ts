import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Calculation = Schemas['CalculationItem'];
export type FormulaCheck = Schemas['FormulaCheck'];
export type FormulaPreview = Schemas['FormulaPreview'];

export const calculationListQuery = (filter: { q?: string; asset?: number | undefined; page: number }) => queryOptions({
  queryKey: ['calculations', 'list', filter],
  queryFn: ({ signal }) => read(api.GET('/api/v1/calculations', { params: { query: { q: filter.q || undefined, asset: filter.asset, page: filter.page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
  // While history is being computed the list tells how far it is.
  refetchInterval: (query) => (query.state.data?.items.some((item) => item.pending) ? 1_000 : 15_000),
});

export const taggedCalculation = (id: number) => readTagged(api.GET('/api/v1/calculations/{id}', { params: { path: { id } } }));

export interface FormulaSettings { formula: string; quantity: string; unit: string; holdSeconds: number; everySeconds: number | null }

/** What is wrong with a formula and where, asked while it is being typed. */
export const checkQuery = ({ formula, quantity, unit }: FormulaSettings) => queryOptions({
  queryKey: ['calculations', 'check', formula, quantity, unit],
  queryFn: ({ signal }) => read(api.POST('/api/v1/calculations/check', { body: { formula, quantity: quantity || null, unit: unit || null }, signal })),
  enabled: formula.trim() !== '',
  placeholderData: keepPreviousData,
  staleTime: 60_000,
});

export const previewQuery = (settings: FormulaSettings, hours: number, enabled: boolean) => queryOptions({
  queryKey: ['calculations', 'preview', settings, hours],
  queryFn: ({ signal }) => read(api.POST('/api/v1/calculations/preview', {
    body: {
      formula: settings.formula, from: new Date(Date.now() - hours * 3_600_000).toISOString(), quantity: settings.quantity || null, unit: settings.unit || null,
      holdSeconds: settings.holdSeconds, everySeconds: settings.everySeconds,
    },
    signal,
  })),
  enabled,
  placeholderData: keepPreviousData,
  refetchInterval: 30_000,
});
