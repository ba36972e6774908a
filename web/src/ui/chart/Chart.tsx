import { lazy, Suspense, useMemo } from 'react';
import { useTheme, token } from '../theme';
import type { EChartProps } from './EChart';
import type { ChartColors } from './option';

const EChart = lazy(() => import('./EChart'));

/** A chart; its library is fetched when the first one is shown. */
export function Chart(props: EChartProps) {
  return <Suspense fallback={<div style={{ height: props.height }} />}><EChart {...props} /></Suspense>;
}

/** The tokens a canvas needs, resolved for the present theme. */
export function useChartColors(): ChartColors {
  const { name } = useTheme();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the tokens behind the names change with the theme
  return useMemo(() => ({
    font: getComputedStyle(document.body).fontFamily, ink: token('ink'), ink2: token('ink-2'), line: token('line'), soft: token('line-soft'), surface: token('surface'), raised: token('raised'), bad: token('bad'),
    limits: { highHigh: token('p1'), high: token('p2'), low: token('p2'), lowLow: token('p1') },
  }), [name]);
}

export const seriesColorCount = 10;

/** Colour of the n-th curve; the order is the colour-blind safe one of the design. */
export function useSeriesColors(): readonly string[] {
  const { name } = useTheme();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
  return useMemo(() => Array.from({ length: seriesColorCount }, (_, index) => token(`series-${index + 1}`)), [name]);
}

/** Colours of the alarm priorities 1 … 4. */
export function usePriorityColors(): readonly string[] {
  const { name } = useTheme();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
  return useMemo(() => [1, 2, 3, 4].map((priority) => token(`p${priority}`)), [name]);
}
