import { useMemo } from 'react';
import type { PointItem } from '../../api/types';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { durationOption, pairsOf, scatterOption } from '../../ui/chart/relation';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Empty } from '../../ui/QueryView';
import { storageTexts } from '../texts';
import type { TrendSeries } from './useTrendData';

/** Values against each other, or against the share of the time for which they were reached. */
export function RelationChart({ kind, points, series }: { kind: 'scatter' | 'duration'; points: readonly PointItem[]; series: readonly TrendSeries[] }) {
  const t = useTexts(storageTexts);
  const language = useLanguage();
  const name = useName();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const curves = useMemo(() => points.map((point, index) => ({
    key: String(point.id), name: `${name(point.assetNameZh, point.assetNameEn)} ${name(point.nameZh, point.nameEn)}`, unit: point.unitSymbol, decimals: point.decimals,
    color: palette[index % palette.length] ?? '', readings: series.find((each) => each.pointId === point.id)?.readings ?? [],
  })), [points, series, palette, name]);
  const [first] = curves;
  const xName = kind === 'duration' ? `${t('trends.share')} (%)` : `${first?.name ?? ''} (${first?.unit ?? ''})`;
  const option = useMemo(() => (kind === 'scatter' ? scatterOption : durationOption)({ curves, colors, language, xName }), [kind, curves, colors, language, xName]);
  if (kind === 'scatter' && curves.length < 2) return <Empty>{t('trends.scatterNeeds')}</Empty>;
  const dots = curves.slice(1).reduce((sum, curve) => sum + pairsOf(first?.readings ?? [], curve.readings).length, 0);
  return <Chart option={option} height="100%" label={kind === 'scatter' ? t('trends.scatterLabel', { x: first?.name ?? '', n: dots }) : t('trends.durationLabel', { n: curves.length })} />;
}
