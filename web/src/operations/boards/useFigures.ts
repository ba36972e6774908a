import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { statisticsQuery } from '../../api/shared';
import type { PointItem } from '../../api/types';
import { useNow } from '../../ui/clock';
import { periodMs, type Period } from './queries';

export const iso = (instant: number): string => new Date(instant).toISOString();

/** From and to, fixed for a minute so that one question is asked once. */
export function useStretch(period: Period): { from: number; to: number } {
  const now = useNow(60);
  return useMemo(() => { const to = Math.ceil(now / 60_000) * 60_000; return { from: to - periodMs[period], to }; }, [now, period]);
}

type FigureKey = 'mean' | 'min' | 'max' | 'sum' | 'integralHours';
export type ValueOf = (pointId: number) => number | null;

/** The figure of each point over the period. */
export function useFigures(points: readonly PointItem[], period: Period, figure: string): UseQueryResult<ValueOf> {
  const stretch = useStretch(period);
  const select = useCallback((data: { items: readonly ({ pointId: number } & { [K in FigureKey]?: number | null })[] }): ValueOf => (id) => data.items.find((item) => item.pointId === id)?.[figure as FigureKey] ?? null, [figure]);
  return useQuery({ ...statisticsQuery(points.map((point) => point.id), iso(stretch.from), iso(stretch.to)), select: select as never });
}
