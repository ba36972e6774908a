import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { pointQuery } from '../../api/shared';
import type { PointItem } from '../../api/types';
import type { Curve, XY } from '../../ui/chart/curves';
import type { Axes } from '../../ui/chart/option';
import { useNow } from '../../ui/clock';
import { useTexts } from '../../ui/i18n';
import { Page } from '../../ui/Page';
import { Empty, Failure } from '../../ui/QueryView';
import { useFilter } from '../../ui/useFilter';
import { storageTexts } from '../texts';
import { PointPicker } from './PointPicker';
import { RelationChart } from './RelationChart';
import { day, isStep, maxCurves, parseRange, refreshSeconds, shift, stepFor, stretchOf, type Stretch } from './range';
import { TrendChart } from './TrendChart';
import { TrendLegend } from './TrendLegend';
import { TrendNotes } from './TrendNotes';
import styles from './TrendPage.module.css';
import { TrendToolbar } from './TrendToolbar';
import { useTrendData, type TrendSeries } from './useTrendData';
import { useTrendMarks } from './useTrendMarks';

export const trendDefaults = { p: '', last: '24h', from: '', to: '', step: 'auto', axes: 'byUnit', compare: 'none', chart: 'time', marks: 'on' };

/** How values ran: several points over any stretch, from raw values to days. Everything that is seen stands in the URL. */
export default function TrendPage() {
  const t = useTexts(storageTexts);
  const [filter, setFilter] = useFilter(trendDefaults);
  const ids = useMemo(() => [...new Set(filter.p.split(',').map(Number).filter((id) => Number.isInteger(id) && id > 0))].slice(0, maxCurves), [filter.p]);
  const { points, missing } = usePoints(ids);
  const trend = useTrendView(filter, setFilter);
  const relation = filter.chart === 'scatter' || filter.chart === 'duration' ? filter.chart : null;
  // Raw samples of two sources never meet; minutes do.
  const step = relation && trend.step === 'raw' ? '1m' : trend.step;
  const data = useTrendData(ids, trend.request, step, trend.follows);
  const past = usePast(ids, trend, filter.compare);
  const view = useShownView(trend, data.stretch);
  const { moments, failed } = useTrendMarks(ids, trend.request, filter.marks === 'on' && !relation);
  const setIds = (next: readonly number[]): void => setFilter({ p: next.join(',') });
  const resolution = step === 'raw' ? t(data.envelope ? 'trends.envelope' : 'trends.resolutionRaw') : t('trends.resolution', { step: t(`step.${step}`) });

  return (
    <Page title={t('trends.title')} layout="fill" figure={ids.length > 0 ? data.loading ? t('trends.updating') : failed ? t('trends.marksFailed') : resolution : undefined} actions={<PointPicker ids={ids} onChange={setIds} />}>
      <TrendToolbar filter={filter} onChange={setFilter} trend={trend} points={points} />
      <section className={styles['sheet']}>
        {ids.length === 0 ? <Empty>{t('trends.empty')}</Empty>
          : data.error ? <Failure error={data.error} onRetry={data.refetch} />
          : relation ? <RelationChart kind={relation} points={points} series={data.series} />
          : <TrendChart points={points} series={data.series} past={past} moments={moments} view={view} axes={axesOf(filter.axes)} onView={trend.setView} height="100%" />}
      </section>
      {ids.length > 0 && <TrendLegend points={points} missing={missing} series={data.series} stretch={trend.request} onRemove={(id) => setIds(ids.filter((each) => each !== id))} />}
      {points.length > 0 && filter.marks === 'on' && <TrendNotes points={points} request={trend.request} />}
    </Page>
  );
}

const axesOf = (text: string): Axes => (text === 'shared' || text === 'each' ? text : 'byUnit');
const backMs: Record<string, number> = { '1d': day, '7d': 7 * day, '365d': 365 * day };

/** The same points a day, a week or a year before, moved to the time in sight. */
function usePast(ids: readonly number[], trend: TrendView, compare: string): { series: readonly TrendSeries[]; label: string } | undefined {
  const t = useTexts(storageTexts);
  const back = backMs[compare] ?? 0;
  const { request } = trend;
  const before = useMemo(() => shift(request, -back), [request, back]);
  const { series } = useTrendData(back > 0 ? ids : none, before, trend.step, false);
  return useMemo(() => (back === 0 ? undefined : { series: series.map((each) => ({ ...each, curve: movedBy(each.curve, back) })), label: t(`trends.past.${compare as '1d' | '7d' | '365d'}`) }), [series, back, compare, t]);
}

/** What is on the screen: a stretch that was chosen with the curves in it, one that a hand moves at once. */
function useShownView({ view, request, isMoving }: TrendView, drawn: Stretch): Stretch {
  const [shown, setShown] = useState(view);
  if ((drawn.from !== request.from || drawn.to !== request.to) && !isMoving) return shown;
  if (shown !== view) setShown(view);
  return view;
}

const none: readonly number[] = [];

function movedBy(curve: Curve, by: number): Curve {
  const move = (points: readonly XY[]): XY[] => points.map(([x, y]) => [x + by, y]);
  return { line: move(curve.line), bad: move(curve.bad), uncertain: move(curve.uncertain), lone: move(curve.lone) };
}

function usePoints(ids: readonly number[]): { points: readonly PointItem[]; missing: readonly number[] } {
  return useQueries({
    queries: ids.map((id) => pointQuery(id)),
    combine: useCallback((answers: UseQueryResult<PointItem>[]) => ({
      points: answers.flatMap((answer) => answer.data ?? []),
      missing: ids.filter((_, index) => answers[index]?.isError && !answers[index].data),
    }), [ids]),
  });
}

export interface TrendView {
  /** What is on the screen. */
  view: Stretch;
  /** What was asked of the server: changes only when the hand is still. */
  request: Stretch;
  step: ReturnType<typeof stepFor>;
  /** A hand moves or zooms it, and nothing was asked yet. */
  isMoving: boolean;
  /** The right edge is now and moves on. */
  follows: boolean;
  setView: (view: Stretch) => void;
}

/** The stretch in sight: from the URL, or from a gesture that has not ended yet. */
function useTrendView(filter: typeof trendDefaults, setFilter: (patch: Partial<typeof trendDefaults>) => void): TrendView {
  const range = useMemo(() => parseRange(filter.last, filter.from, filter.to), [filter.last, filter.from, filter.to]);
  const [gesture, setGesture] = useState<Stretch | null>(null);
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const follows = 'last' in range && gesture === null;
  const lengthAsked = stretchOf(range, 0).to - stretchOf(range, 0).from;
  const step = isStep(filter.step) ? filter.step : stepFor(lengthAsked);
  const tick = useNow(lengthAsked > 12 * 3_600_000 ? 30 : 5);
  const refresh = useNow(refreshSeconds(step));

  const { from, to } = gesture ?? stretchOf(range, tick + 1000);
  const view = useMemo(() => ({ from, to }), [from, to]);
  const fixed = stretchOf(range, refresh + refreshSeconds(step) * 1000);
  const request = useMemo(() => ({ from: fixed.from, to: fixed.to }), [fixed.from, fixed.to]);

  const setView = useCallback((next: Stretch) => {
    setGesture(next);
    clearTimeout(settle.current);
    settle.current = setTimeout(() => setFilter({ from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() }), 250);
  }, [setFilter]);
  useEffect(() => { setGesture(null); }, [range]);
  useEffect(() => () => clearTimeout(settle.current), []);

  return { view, request, step, isMoving: gesture !== null, follows, setView };
}
