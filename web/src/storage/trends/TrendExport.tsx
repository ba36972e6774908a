import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { api, read } from '../../api/client';
import type { PointItem, Samples } from '../../api/types';
import { csvOf, download } from '../../ui/csv';
import { formatFullTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { storageTexts } from '../texts';
import type { TrendView } from './TrendPage';

/** One table of all curves in sight: a row a time, for every point its value and quality. */
export function TrendExport({ points, trend }: { points: readonly PointItem[]; trend: TrendView }) {
  const t = useTexts(storageTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const reason = useReason();
  const { message } = App.useApp();
  const run = useMutation({
    mutationFn: async () => {
      const { from, to } = trend.view;
      const query = { ids: points.map((point) => point.id).join(','), from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const { series } = await read(api.GET('/api/v1/points/samples', { params: { query: trend.step === 'raw' ? { ...query, aggregate: 'raw' } : { ...query, step: trend.step, aggregate: 'avg' } } }));
      const header = [t('trends.csvTime'), ...points.flatMap((point) => [`${name(point.assetNameZh, point.assetNameEn)} ${name(point.nameZh, point.nameEn)} (${point.unitSymbol})`, t('trends.csvQuality')])];
      download('ordo-trend.csv', csvOf([header, ...rowsOf(points.map((point) => series.find((each) => each.pointId === point.id)))]));
    },
    onError: (error) => void message.error(reason(error)),
  });
  return <Button icon={<Icon name="download" size={14} />} disabled={points.length === 0} loading={run.isPending} onClick={() => run.mutate()}>{ui('action.exportCsv')}</Button>;
}

/** Times of all series in order; a series without a sample at a time has empty cells there. */
export function rowsOf(series: readonly (Samples | undefined)[]): (string | number | null)[][] {
  const byTime = new Map<string, (string | number | null)[]>();
  series.forEach((samples, column) => samples?.times.forEach((time, index) => {
    const row = byTime.get(time) ?? new Array<string | number | null>(series.length * 2).fill(null);
    row[column * 2] = samples.values[index] ?? null;
    row[column * 2 + 1] = samples.qualities[index] ?? null;
    byTime.set(time, row);
  }));
  return [...byTime.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([time, row]) => [formatFullTime(time), ...row]);
}
