import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { statisticsQuery } from '../../api/shared';
import type { PointItem } from '../../api/types';
import { useSeriesColors } from '../../ui/chart/Chart';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatNumber, missing as missingMark } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { LiveValue } from '../../ui/LiveValue';
import { usePlaceName } from '../../ui/usePlaceName';
import { storageTexts } from '../texts';
import type { Stretch } from './range';
import styles from './TrendPage.module.css';
import type { TrendSeries } from './useTrendData';

interface TrendLegendProps { points: readonly PointItem[]; missing: readonly number[]; series: readonly TrendSeries[]; onRemove?: (id: number) => void; stretch?: Stretch }

/** Which curve is which, what it is now, and its figures over the stretch in sight. */
export function TrendLegend({ points, missing, series, onRemove, stretch }: TrendLegendProps) {
  const t = useTexts(storageTexts);
  const name = useName();
  const place = usePlaceName();
  const palette = useSeriesColors();
  const ids = useMemo(() => points.map((point) => point.id), [points]);
  const figures = useQuery({ ...statisticsQuery(ids, new Date(stretch?.from ?? 0).toISOString(), new Date(stretch?.to ?? 1).toISOString()), enabled: stretch !== undefined && ids.length > 0 }).data?.items;
  const columns = useMemo<Column<PointItem>[]>(() => {
    const statistic = (key: 'min' | 'mean' | 'max'): Column<PointItem> => ({
      key, title: t(`trends.${key}`), align: 'right', width: stretch ? 88 : 112,
      render: (point) => formatNumber(series.find((each) => each.pointId === point.id)?.statistics[key], point.decimals),
    });
    return [
      { key: 'point', title: t('trends.point'), cut: true, render: (point) => <><span className={styles['swatch']} style={{ background: palette[points.indexOf(point) % palette.length] }} />{name(point.nameZh, point.nameEn)}</> },
      { key: 'asset', title: t('trends.asset'), cut: 'start', render: (point) => <Link to={links.asset(point.assetId)}>{place(point)}</Link> },
      { key: 'current', title: t('trends.current'), align: 'right', width: 130, render: (point) => <LiveValue point={point} /> },
      statistic('min'), statistic('mean'), statistic('max'),
      ...(stretch ? [
        { key: 'std', title: t('trends.std'), align: 'right' as const, width: 80, render: (point: PointItem) => formatNumber(figures?.find((each) => each.pointId === point.id)?.standardDeviation, point.decimals + 1) },
        { key: 'sum', title: t('trends.sum'), align: 'right' as const, width: 96, render: (point: PointItem) => formatNumber(figures?.find((each) => each.pointId === point.id)?.sum, point.decimals) },
        { key: 'integral', title: <span title={t('trends.integralHint')}>{t('trends.integral')}</span>, align: 'right' as const, width: 156, render: (point: PointItem) => integralOf(figures?.find((each) => each.pointId === point.id)?.integralHours, point) },
        { key: 'completeness', title: t('trends.completeness'), align: 'right' as const, width: 76, render: (point: PointItem) => shareOf(figures?.find((each) => each.pointId === point.id)?.completeness) },
      ] : []),
      { key: 'bad', title: t('trends.bad'), align: 'right', width: 64, render: (point) => series.find((each) => each.pointId === point.id)?.statistics.bad || '' },
      ...(onRemove ? [{ key: 'remove', title: '', width: 48, align: 'right' as const, render: (point: PointItem) => <Button type="text" size="small" aria-label={t('trends.remove', { name: name(point.nameZh, point.nameEn) })} icon={<Icon name="close" size={13} />} onClick={() => onRemove(point.id)} /> }] : []),
    ];
  }, [t, name, place, palette, points, series, figures, stretch, onRemove]);
  return (
    <div className={styles['legend']}>
      {points.length > 0 && <DataTable label={t('trends.title')} columns={columns} rows={points} rowKey={(point) => point.id} />}
      {missing.map((id) => <div key={id} className={styles['gone']}>{t('trends.gone', { id })} {onRemove && <Button size="small" type="link" onClick={() => onRemove(id)}>{t('trends.remove', { name: id })}</Button>}</div>)}
    </div>
  );
}

const integralOf = (value: number | null | undefined, point: PointItem): string => (value === null || value === undefined ? missingMark : `${formatNumber(value, point.decimals)} ${point.unitSymbol}·h`);

/** Rounded down: what is not whole never reads as whole. */
const shareOf = (share: number | null | undefined): string => (share === null || share === undefined ? missingMark : `${formatNumber(Math.floor(share * 1000) / 10, 1)} %`);
