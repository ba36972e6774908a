import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { samplesQuery } from '../../api/shared';
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

export interface TrendData { series: TrendSeries[]; loading: boolean; error: unknown; envelope: boolean; refetch: () => void }

/** Dense enough for a wide screen, small enough to draw at once. */
const rawPoints = 4_000;

/** Reads the curves of a stretch: raw values, or per interval their mean with minimum and maximum around it. */
export function useTrendData(ids: readonly number[], request: Stretch, step: Step, live: boolean): TrendData {
  const { from, to } = useMemo(() => withMargin(request), [request.from, request.to]);
  const raw = step === 'raw';
  const aggregates = raw ? [undefined] : ['avg', 'min', 'max'];
  const answers = useQueries({
    queries: aggregates.map((aggregate) => ({
      ...samplesQuery({ ids, from, to, ...(raw ? { maxPoints: rawPoints } : { step, aggregate }) }),
      enabled: ids.length > 0,
      placeholderData: keepPreviousData,
    })),
  });
  const appended = useAppended(ids, raw && live);

  const [main, low, high] = useWhole(answers);
  const series = useMemo(
    () => ids.map((pointId) => {
      const of = (answer: typeof main): Samples | undefined => answer?.series.find((samples) => samples.pointId === pointId);
      return seriesOf(pointId, request, of(main), of(low), of(high), raw ? appended.get(pointId) ?? [] : []);
    }),
    [ids, request, appended, raw, main, low, high],
  );
  return {
    series,
    loading: answers.some((answer) => answer.isFetching),
    error: answers.find((answer) => answer.error && !answer.data)?.error ?? null,
    envelope: main?.series.some((samples) => samples.aggregate === 'envelope') ?? false,
    refetch: () => answers.forEach((answer) => void answer.refetch()),
  };
}

/**
 * The answers that belong together, as they last were all there: a mean of the new stretch between the lowest and highest values of the old one would be a wrong picture,
 * and each answer by itself would draw everything once more.
 */
function useWhole(answers: readonly { data: SamplesAnswer | undefined; isPlaceholderData: boolean }[]): readonly (SamplesAnswer | undefined)[] {
  const now = answers.map(({ data }) => data);
  const [whole, setWhole] = useState(now);
  const isWhole = answers.every(({ data, isPlaceholderData }) => data && !isPlaceholderData);
  if (!isWhole || (whole.length === now.length && now.every((data, index) => data === whole[index]))) return whole;
  setWhole(now);
  return now;
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

function seriesOf(pointId: number, stretch: Stretch, main: Samples | undefined, low: Samples | undefined, high: Samples | undefined, appended: readonly Reading[]): TrendSeries {
  const fetched = main ? readingsOf(main) : [];
  const last = fetched.at(-1)?.time ?? 0;
  const isInside = ({ time }: Reading): boolean => time >= stretch.from && time <= stretch.to;
  const present = ({ value }: Reading): boolean => value !== null;
  const readings = [...fetched, ...appended.filter((reading) => reading.time > last)];
  const lows = low ? readingsOf(low) : undefined;
  const highs = high ? readingsOf(high) : undefined;
  const counts = new Map(main?.times.map((time, index) => [Date.parse(time), main.counts?.[index] ?? 1]));
  const inside = readings.filter(isInside);
  return {
    pointId,
    readings: inside,
    curve: curveOf(within(readings.filter(present), stretch)),
    band: lows && highs ? bandOf(within(lows.filter(present), stretch), highs) : undefined,
    statistics: statisticsOf(inside, lows?.filter(isInside) ?? inside, highs?.filter(isInside) ?? inside, inside.map(({ time }) => counts.get(time) ?? 1)),
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
