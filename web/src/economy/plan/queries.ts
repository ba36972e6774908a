import { queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type BoardRow = Schemas['PlanBoardItem'];
export type PlanValue = Schemas['PlanValue'];
export type PlanStatus = Schemas['PlanStatus'];
export type TargetDetail = Schemas['PlanTargetDetail'];
export type Outcome = Schemas['PlanOutcome'];
export type OutcomePoint = Schemas['OutcomePoint'];
export type Correction = Schemas['CorrectionItem'];
export type CorrectionAction = Schemas['CorrectionAction'];
export type ReportKind = Schemas['PlanReportKind'];
export type PartDraft = Schemas['PlanPartDraft'];

export const writePlans = 'plans.write', correctPlans = 'plans.correct', readPlans = 'plans.read';
export const statuses: readonly PlanStatus[] = ['atRisk', 'missed', 'onTrack', 'ahead', 'done', 'noData', 'targetNotSet'];

const asOfToday = ['economy', 'plan'] as const;

export const plansQuery = queryOptions({ queryKey: [...asOfToday, 'plans'], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/plans', { signal })) });

/** The whole board in one answer: a few hundred rows, filtered on the page so that every chip can say how many it holds. */
export const boardQuery = queryOptions({
  queryKey: [...asOfToday, 'board'],
  queryFn: async ({ signal }) => {
    const rows: BoardRow[] = [];
    for (let page = 1; ; page++) {
      const part = await read(api.GET('/api/v1/economy/plan/board', { params: { query: { page, pageSize: 500 } }, signal }));
      rows.push(...part.items);
      if (rows.length >= part.total || part.items.length === 0) return rows;
    }
  },
});

export const targetQuery = (id: number) => queryOptions({ queryKey: [...asOfToday, 'target', id], queryFn: ({ signal }) => readTagged(api.GET('/api/v1/economy/plan/targets/{id}', { params: { path: { id } }, signal })) });

export const documentsQuery = queryOptions({ queryKey: [...asOfToday, 'documents'], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/documents', { signal })) });

export const valuesQuery = (query: { q?: string; document?: string; section?: string; page: number }) => queryOptions({
  queryKey: [...asOfToday, 'values', query],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/values', { params: { query: { ...query, pageSize: 100 } }, signal })),
});

export const casesQuery = (query: { open?: boolean; q?: string; page: number }) => queryOptions({ queryKey: [...asOfToday, 'cases', query], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/cases', { params: { query: { ...query, pageSize: 100 } }, signal })) });
export const deviationsQuery = queryOptions({ queryKey: [...asOfToday, 'deviations'], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/deviations', { signal })) });
export const caseQuery = (id: number) => queryOptions({ queryKey: [...asOfToday, 'case', id], queryFn: ({ signal }) => readTagged(api.GET('/api/v1/economy/plan/cases/{id}', { params: { path: { id } }, signal })) });

export const reportsQuery = queryOptions({ queryKey: [...asOfToday, 'reports'], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/reports', { signal })) });
export const reportQuery = (id: number) => queryOptions({ queryKey: [...asOfToday, 'report', id], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/plan/reports/{id}', { params: { path: { id } }, signal })) });

/** A figure, a step or a frozen report changes what several pages show. */
export const planKey = asOfToday;
