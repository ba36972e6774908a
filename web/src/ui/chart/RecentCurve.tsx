import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { samplesQuery } from '../../api/shared';
import type { PointItem } from '../../api/types';
import { useLiveSamples } from '../../live/LiveContext';
import type { LiveSample } from '../../live/liveStore';
import { useNow } from '../clock';
import { useLanguage, useName, useTexts } from '../i18n';
import { gradeOf } from '../quality';
import { QueryView } from '../QueryView';
import { uiTexts } from '../texts';
import { Chart, useChartColors, useSeriesColors } from './Chart';
import { curveOf, readingsOf, wallOf, type Reading } from './curves';
import { limitsOf, trendOption, type TrendOptionInput } from './option';

interface RecentCurveProps {
  point: Pick<PointItem, 'id' | 'nameZh' | 'nameEn' | 'unitSymbol' | 'decimals' | 'limits'>;
  /** Length of the window that ends now, in minutes. */
  minutes?: number;
  /** A fixed window instead, for example around an alarm. */
  window?: { from: number; to: number };
  moments?: TrendOptionInput['moments'];
  inSight?: TrendOptionInput['inSight'];
  height?: number;
}

/** A small curve with the limits of its point; the window that ends now grows with the stream. */
export function RecentCurve({ point, minutes = 60, window, moments, inSight, height = 150 }: RecentCurveProps) {
  const t = useTexts(uiTexts);
  // Asked for once; the stream adds what comes after. A new minute moves the window, not the question.
  const [openedAt] = useState(() => Date.now());
  const to = window?.to ?? openedAt + 60_000;
  const from = window?.from ?? openedAt - minutes * 60_000;
  const samples = useQuery(samplesQuery({ ids: [point.id], from: new Date(from).toISOString(), to: new Date(to).toISOString(), maxPoints: 600 }));
  const added = useAppended(point.id);
  return (
    <QueryView query={samples} skeleton="block" isEmpty={(data) => (data.series[0]?.times.length ?? 0) + added.length === 0} empty={t('chart.empty')}>
      {(data) => <SmallChart point={point} fetched={data.series[0] ? readingsOf(data.series[0]) : []} added={window ? [] : added} window={window} minutes={minutes} moments={moments} inSight={inSight} height={height} />}
    </QueryView>
  );
}

function SmallChart({ point, fetched, added, window, minutes, moments, inSight, height }: { point: RecentCurveProps['point']; fetched: Reading[]; added: readonly Reading[]; window: RecentCurveProps['window']; minutes: number; moments: RecentCurveProps['moments']; inSight: RecentCurveProps['inSight']; height: number }) {
  const language = useLanguage();
  const name = useName();
  const colors = useChartColors();
  const series = useSeriesColors();
  const now = useNow(5);
  const last = fetched.at(-1)?.time ?? 0;
  const readings = [...fetched, ...added.filter((reading) => reading.time > last)];
  const range: [number, number] = window ? [wallOf(window.from), wallOf(window.to)] : [wallOf(now - minutes * 60_000), wallOf(now)];
  const title = name(point.nameZh, point.nameEn);
  const option = useMemo(
    () => trendOption({
      curves: [{ key: String(point.id), name: title, unit: point.unitSymbol, decimals: point.decimals, color: series[0] ?? '', curve: curveOf(readings), limits: limitsOf(point.limits) }],
      range, axes: 'shared', colors, language, compact: true, ...(moments ? { moments } : {}), ...(inSight ? { inSight } : {}),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- readings and range are made of these
    [fetched.length, last, added, range[0], range[1], colors, series, language, title, point, moments, inSight],
  );
  return <Chart option={option} label={title} height={height} />;
}

/** What the stream has told about a point since this component was shown. */
function useAppended(pointId: number): readonly Reading[] {
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  const ids = useMemo(() => [pointId], [pointId]);
  const add = useCallback((samples: readonly LiveSample[]) => {
    setReadings((previous) => [...previous.slice(-2000), ...samples.map(({ time, value, quality }) => ({ time: Date.parse(time), value, quality: gradeOf(quality) }))]);
  }, []);
  useLiveSamples(ids, add);
  return readings;
}
