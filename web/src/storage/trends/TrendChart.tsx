import type { EChartsType } from 'echarts/core';
import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import type { PointItem } from '../../api/types';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { wallOf } from '../../ui/chart/curves';
import { limitsOf, trendOption, type Axes, type Moment } from '../../ui/chart/option';
import { formatFullTime, instantOfWall } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { storageTexts } from '../texts';
import { shift, zoom, type Stretch } from './range';
import styles from './TrendPage.module.css';
import type { TrendSeries } from './useTrendData';

interface TrendChartProps {
  points: readonly PointItem[];
  series: readonly TrendSeries[];
  view: Stretch;
  axes: Axes;
  /** The same points at another time, already moved to this one, with the word for it. */
  past?: { series: readonly TrendSeries[]; label: string } | undefined;
  moments?: readonly Moment[];
  /** The stretch somebody moved or zoomed to. */
  onView: (view: Stretch) => void;
  height: number | string;
}

/** The curves; the wheel zooms about the pointer, dragging moves, the keyboard does both. */
export function TrendChart({ points, series, view, axes, past, moments, onView, height }: TrendChartProps) {
  const t = useTexts(storageTexts);
  const language = useLanguage();
  const name = useName();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const current = useRef({ view, onView });
  useEffect(() => { current.current = { view, onView }; });

  const option = useMemo(() => trendOption({
    curves: points.flatMap((point, index) => {
      const shown = (data: TrendSeries, key: string, suffix: string) => ({
        key, name: `${name(point.assetNameZh, point.assetNameEn)} ${name(point.nameZh, point.nameEn)}${suffix}`, unit: point.unitSymbol, decimals: point.decimals, color: palette[index % palette.length] ?? '', curve: data.curve,
      });
      const now = series.find((each) => each.pointId === point.id);
      const before = past?.series.find((each) => each.pointId === point.id);
      return [
        ...(before ? [{ ...shown(before, `past-${point.id}`, ` (${past?.label ?? ''})`), dashed: true, axisOf: String(point.id) }] : []),
        ...(now ? [{ ...shown(now, String(point.id), ''), band: now.band, limits: limitsOf(point.limits) }] : []),
      ];
    }),
    range: [wallOf(view.from), wallOf(view.to)], axes, colors, language, ...(moments ? { moments } : {}),
  }), [points, series, past, moments, view, axes, colors, palette, language, name]);

  const onReady = useCallback((chart: EChartsType) => navigateWith(chart, () => current.current), []);

  const onKey = (event: KeyboardEvent): void => {
    const length = view.to - view.from;
    const moves: Record<string, () => Stretch> = {
      ArrowLeft: () => shift(view, -length / 4), ArrowRight: () => shift(view, length / 4),
      '+': () => zoom(view, 0.5), '=': () => zoom(view, 0.5), '-': () => zoom(view, 2),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    onView(move());
  };

  return (
    // The picture takes the keyboard because it is the only place where left, right, + and − mean the curve.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles['chart']} tabIndex={0} role="group" aria-label={t('trends.help')} onKeyDown={onKey}>
      <Chart option={option} height={height} onReady={onReady} label={t('trends.chart', { n: points.length, from: formatFullTime(view.from), to: formatFullTime(view.to) })} />
    </div>
  );
}

interface PointerEventOfChart { offsetX: number; offsetY: number; wheelDelta?: number; event?: Event }

function navigateWith(chart: EChartsType, state: () => { view: Stretch; onView: (view: Stretch) => void }): () => void {
  const surface = chart.getZr();
  const instantAt = (x: number): number => instantOfWall(Number(chart.convertFromPixel({ xAxisIndex: 0 }, x)));
  const inside = (event: PointerEventOfChart): boolean => chart.containPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY]);
  let grabbed: { x: number; view: Stretch; msPerPixel: number } | null = null;

  const onWheel = (event: PointerEventOfChart): void => {
    if (!inside(event)) return;
    event.event?.preventDefault();
    const { view, onView } = state();
    onView(zoom(view, (event.wheelDelta ?? 0) > 0 ? 0.8 : 1.25, instantAt(event.offsetX)));
  };
  const onDown = (event: PointerEventOfChart): void => {
    if (!inside(event)) return;
    const { view } = state();
    grabbed = { x: event.offsetX, view, msPerPixel: (instantAt(event.offsetX + 100) - instantAt(event.offsetX)) / 100 };
  };
  const onMove = (event: PointerEventOfChart): void => {
    if (!grabbed) return;
    surface.setCursorStyle('grabbing');
    const moved = (grabbed.x - event.offsetX) * grabbed.msPerPixel;
    if (Math.abs(grabbed.x - event.offsetX) > 3) state().onView(shift(grabbed.view, Math.round(moved)));
  };
  const onUp = (): void => { grabbed = null; };

  surface.on('mousewheel', onWheel as never);
  surface.on('mousedown', onDown as never);
  surface.on('mousemove', onMove as never);
  addEventListener('mouseup', onUp);
  return () => removeEventListener('mouseup', onUp);
}
