import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Roster = Schemas['RosterItem'];
export type RosterPlan = Schemas['RosterPlan'];
export type ShiftPattern = Schemas['ShiftPattern'];
export type DutyNow = Schemas['DutyNow'];
export type DutyShift = Schemas['DutyShift'];
export type HandOver = Schemas['HandOverItem'];
export type HandOverNotes = Schemas['HandOverNotes'];
export type Person = Schemas['PersonItem'];

export const dutyNowQuery = queryOptions({ queryKey: ['duty', 'now'], queryFn: ({ signal }) => read(api.GET('/api/v1/duty/now', { signal })), refetchInterval: 60_000 });
export const rostersQuery = queryOptions({ queryKey: ['duty', 'rosters'], queryFn: ({ signal }) => read(api.GET('/api/v1/duty/rosters', { signal })) });
export const patternsQuery = queryOptions({ queryKey: ['duty', 'patterns'], queryFn: ({ signal }) => read(api.GET('/api/v1/duty/patterns', { signal })), staleTime: Infinity });
export const peopleQuery = queryOptions({ queryKey: ['duty', 'people'], queryFn: ({ signal }) => read(api.GET('/api/v1/duty/people', { signal })), staleTime: 60_000 });
export const taggedRoster = (id: number) => readTagged(api.GET('/api/v1/duty/rosters/{id}', { params: { path: { id } } }));
export const taggedHandOver = (id: number) => readTagged(api.GET('/api/v1/duty/handovers/{id}', { params: { path: { id } } }));

export const calendarQuery = (id: number, from: string, to: string) => queryOptions({
  queryKey: ['duty', 'calendar', id, from, to],
  queryFn: ({ signal }) => read(api.GET('/api/v1/duty/rosters/{id}/calendar', { params: { path: { id }, query: { from, to } }, signal })),
});

export const handOversQuery = (roster: number | undefined, page: number) => queryOptions({
  queryKey: ['duty', 'handovers', roster ?? null, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/duty/handovers', { params: { query: { roster, page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
});
