import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { pointListQuery } from '../../api/shared';
import type { Asset, PointItem } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { useNow } from '../../ui/clock';
import { useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Failure, QueryView } from '../../ui/QueryView';
import { storageTexts } from '../texts';
import { lastMs, lasts, refreshSeconds, stepFor, type Last, type Stretch } from './range';
import { TrendChart } from './TrendChart';
import { TrendLegend } from './TrendLegend';
import styles from './TrendPage.module.css';
import { useTrendData } from './useTrendData';

/** The first curves of an asset; the trend page has the rest. */
export default function AssetTrendsTab({ asset }: { asset: Asset }) {
  const t = useTexts(storageTexts);
  const points = useQuery(pointListQuery({ asset: asset.id, bound: true, pageSize: 6 }));
  return (
    <QueryView query={points} isEmpty={(page) => page.total === 0} empty={t('trends.tabEmpty')} skeleton="block">
      {(page) => <AssetCurves points={page.items} />}
    </QueryView>
  );
}

function AssetCurves({ points }: { points: readonly PointItem[] }) {
  const t = useTexts(storageTexts);
  const [last, setLast] = useState<Last>('24h');
  const [moved, setMoved] = useState<Stretch | null>(null);
  const ids = useMemo(() => points.map((point) => point.id), [points]);
  const length = moved ? moved.to - moved.from : lastMs[last];
  const step = stepFor(length);
  const now = useNow(refreshSeconds(step));
  const view = moved ?? { from: now - lastMs[last], to: now };
  const data = useTrendData(ids, view, step, moved === null);
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 12, padding: 12 }}>
      <div className={styles['toolbar']}>
        <Chips label={t('trends.range')} value={moved ? '' : last} onChange={(value) => { setLast(value as Last); setMoved(null); }} options={lasts.map((value) => ({ value, label: t(`last.${value}`) }))} />
        <span className={styles['push']}><LinkButton to={links.trend(ids)} icon={<Icon name="trend" size={14} />}>{t('trends.openAll')}</LinkButton></span>
      </div>
      {data.error ? <Failure error={data.error} onRetry={data.refetch} /> : <TrendChart points={points} series={data.series} view={view} axes="byUnit" onView={setMoved} height={360} />}
      <TrendLegend points={points} missing={[]} series={data.series} />
    </div>
  );
}
