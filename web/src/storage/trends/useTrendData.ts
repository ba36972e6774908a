import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { api, read } from '../../api/client';
import type { Samples, SamplesAnswer } from '../../api/types';
import { useLiveSamples } from '../../live/LiveContext';
import type { LiveSample } from '../../live/liveStore';
import { gradeOf } from '../../ui/quality';
import { bandOf, curveOf, readingsOf, type Curve, type Reading } from '../../ui/chart/curves';
import type { Step, Stretch } from './range';

export interface TrendSeries {
  pointId: number;
  curve: Curve;
  band: ReturnType<typeof bandOf> | undefined;
  /** What lies in the visible stretch. */
  readings: readonly Reading[];
  /** Over the trustworthy values of the visible stretch. */
  statistics: { min: number | null; mean: number | null; max: number | null; bad: number };
}

export interface TrendData {
  series: TrendSeries[];
  /** What the series are of: the one before while a new one is read. */
  stretch: Stretch;
  loading: boolean;
  error: unknown;
  envelope: boolean;
  refetch: () => void;
}

/** Dense enough for a wide screen, small enough to draw at once. */
const rawPoints = 4_000;

interface Curves {
  /** What they are of. */
  stretch: Stretch;
  main: SamplesAnswer;
  low?: SamplesAnswer | undefined;
  high?: SamplesAnswer | undefined;
}

/**
 * Raw values, or per interval their mean with minimum and maximum around it. What belongs together comes together: a mean of one stretch between the lowest and highest values of another would be
 * a wrong picture, and each answer by itself would draw everything once more.
 */
const curvesQuery = (ids: readonly number[], stretch: Stretch, step: Step) => {
  const { from, to } = withMargin(stretch);
  return queryOptions({
    queryKey: ['samples', 'curves', ids, from, to, step],
    queryFn: async ({ signal }): Promise<Curves> => {
      const ask = (query: { step?: Step; aggregate?: string; maxPoints?: number }): Promise<SamplesAnswer> => read(api.GET('/api/v1/points/samples', { params: { query: { ids: ids.join(','), from, to, ...query } }, signal }));
      if (step === 'raw') return { stretch, main: await ask({ maxPoints: rawPoints }) };
      const [main, low, high] = await Promise.all([ask({ step, aggregate: 'avg' }), ask({ step, aggregate: 'min' }), ask({ step, aggregate: 'max' })]);
      return { stretch, main, low, high };
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 30_000,
  });
};

/** Reads the curves of a stretch. */
export function useTrendData(ids: readonly number[], request: Stretch, step: Step, live: boolean): TrendData {
  const { data, error, isFetching, refetch } = useQuery(curvesQuery(ids, request, step));
  const appended = useAppended(ids, step === 'raw' && live);
  const series = useMemo(
    () => ids.map((pointId) => {
      const of = (answer: SamplesAnswer | undefined): Samples | undefined => answer?.series.find((samples) => samples.pointId === pointId);
      return seriesOf(pointId, data?.stretch ?? request, of(data?.main), of(data?.low), of(data?.high), data?.low ? [] : appended.get(pointId) ?? []);
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another stretch is another picture only when its answer is there
    [ids, appended, data],
  );
  return {
    series,
    stretch: data?.stretch ?? request,
    loading: isFetching,
    error: data ? null : error,
    envelope: data?.main.series.some((samples) => samples.aggregate === 'envelope') ?? false,
    refetch: () => void refetch(),
  };
}

/** A quarter more on both sides, so that a curve comes in from the edge and does not begin with the first sample inside. */
function withMargin({ from, to }: Stretch): { from: string; to: string } {
  const margin = (to - from) / 4;
  return { from: new Date(from - margin).toISOString(), to: new Date(to + margin).toISOString() };
}

/** What lies inside, and one neighbour at each side: the others would only stretch the axis. */
export function within(readings: readonly Reading[], { from, to }: Stretch): Reading[] {
  const first = readings.findIndex((reading) => reading.time >= from);
  if (first < 0) return readings.slice(-1);
  const after = readings.findIndex((reading) => reading.time > to);
  return readings.slice(Math.max(0, first - 1), after < 0 ? undefined : after + 1);
}

const readBefore = new WeakMap<Samples, readonly Reading[]>();

/** Live samples draw the picture again and again: what an answer says is read from its texts once. */
function readOnce(samples: Samples): readonly Reading[] {
  const known = readBefore.get(samples);
  if (known) return known;
  const readings = readingsOf(samples);
  readBefore.set(samples, readings);
  return readings;
}

function seriesOf(pointId: number, stretch: Stretch, main: Samples | undefined, low: Samples | undefined, high: Samples | undefined, appended: readonly Reading[]): TrendSeries {
  const fetched = main ? readOnce(main) : [];
  const last = fetched.at(-1)?.time ?? 0;
  const isInside = ({ time }: Reading): boolean => time >= stretch.from && time <= stretch.to;
  const present = ({ value }: Reading): boolean => value !== null;
  const readings = [...fetched, ...appended.filter((reading) => reading.time > last)];
  const lows = low && readOnce(low);
  const highs = high && readOnce(high);
  const inside = readings.filter(isInside);
  const counts = readings.flatMap((reading, index) => (isInside(reading) ? [main?.counts?.[index] ?? 1] : []));
  return {
    pointId,
    readings: inside,
    curve: curveOf(within(readings.filter(present), stretch)),
    band: lows && highs ? bandOf(within(lows.filter(present), stretch), highs) : undefined,
    statistics: statisticsOf(inside, lows?.filter(isInside) ?? inside, highs?.filter(isInside) ?? inside, counts),
  };
}

/** @param counts Samples behind each mean, so that the mean of means is the mean of the samples. */
export function statisticsOf(means: readonly Reading[], lows: readonly Reading[], highs: readonly Reading[], counts?: readonly number[]): TrendSeries['statistics'] {
  const valid = (readings: readonly Reading[]): number[] => readings.flatMap(({ value, quality }) => (value === null || quality === 'bad' ? [] : [value]));
  let sum = 0;
  let weight = 0;
  means.forEach(({ value, quality }, index) => {
    if (value === null || quality === 'bad') return;
    const count = counts?.[index] ?? 1;
    sum += value * count;
    weight += count;
  });
  const least = valid(lows).reduce((least, value) => Math.min(least, value), Infinity);
  const most = valid(highs).reduce((most, value) => Math.max(most, value), -Infinity);
  return {
    min: Number.isFinite(least) ? least : null, max: Number.isFinite(most) ? most : null, mean: weight > 0 ? sum / weight : null,
    bad: means.filter(({ quality }) => quality === 'bad').length,
  };
}

function useAppended(ids: readonly number[], enabled: boolean): ReadonlyMap<number, readonly Reading[]> {
  const [readings, setReadings] = useState<ReadonlyMap<number, readonly Reading[]>>(new Map());
  const add = useCallback((samples: readonly LiveSample[]) => {
    setReadings((previous) => {
      const next = new Map(previous);
      for (const { pointId, time, value, quality } of samples) {
        next.set(pointId, [...(next.get(pointId) ?? []).slice(-5_000), { time: Date.parse(time), value, quality: gradeOf(quality) }]);
      }
      return next;
    });
  }, []);
  useLiveSamples(enabled ? ids : none, add);
  return readings;
}

const none: readonly number[] = [];
