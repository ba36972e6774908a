import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import { instantOfWall } from '../../ui/format';
import { idOf } from '../../ui/useFilter';

export const defaults = { last: '7', from: '', to: '', asset: '', operators: '1' };
export type PerformanceFilter = typeof defaults;

const day = 86_400_000;

/** Midnight of a day `YYYY-MM-DD` in the park's zone; NaN for what is no day. */
function midnight(text: string): number {
  const wall = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(wall) ? instantOfWall(wall) : NaN;
}

/** The period a filter means; a day that is no day falls back to the last week. */
export function periodOf({ last, from, to }: Pick<PerformanceFilter, 'last' | 'from' | 'to'>, now: number): { from: string; to: string | undefined } {
  const begin = midnight(from);
  const end = midnight(to) + day;
  if (last === 'custom' && Number.isFinite(begin) && Number.isFinite(end) && begin < end) return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
  const days = ['1', '7', '30', '90'].includes(last) ? Number(last) : 7;
  return { from: new Date(now - days * day).toISOString(), to: undefined };
}

export const performanceQuery = (filter: PerformanceFilter) => queryOptions({
  queryKey: ['alarm-performance', filter],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarm-performance', {
    params: { query: { ...periodOf(filter, Date.now()), asset: idOf(filter.asset), operators: idOf(filter.operators) } }, signal,
  })),
  placeholderData: keepPreviousData,
  staleTime: 60_000,
  refetchInterval: 5 * 60_000,
});
