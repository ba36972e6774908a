import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { curveOf, readingsOf, wallOf } from '../../ui/chart/curves';
import { trendOption } from '../../ui/chart/option';
import { formatCount, formatNumber } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { Failure } from '../../ui/QueryView';
import { storageTexts } from '../texts';
import styles from './Calculations.module.css';
import { previewQuery, type FormulaPreview, type FormulaSettings } from './queries';

const spans = [1, 6, 24, 168];

/** What the formula would have given; nothing of it is stored. */
export function FormulaPreviewCard({ settings, valid }: { settings: FormulaSettings; valid: boolean }) {
  const t = useTexts(storageTexts);
  const [hours, setHours] = useState(24);
  const preview = useQuery(previewQuery(settings, hours, valid));
  return (
    <Card title={t('calc.preview')} actions={<Segmented size="small" value={hours} onChange={setHours} options={spans.map((span) => ({ value: span, label: t('calc.hours', { n: span }) }))} />}>
      {preview.isError && valid && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data && <Curve preview={preview.data} hours={hours} dim={!valid} />}
      {!preview.data && !preview.isError && <p className={styles['caption']} style={{ minHeight: 260 }}>{t(valid ? 'trends.updating' : 'calc.previewHint')}</p>}
    </Card>
  );
}

function Curve({ preview, hours, dim }: { preview: FormulaPreview; hours: number; dim: boolean }) {
  const t = useTexts(storageTexts);
  const language = useLanguage();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const option = useMemo(() => {
    const now = Date.now();
    return trendOption({
      curves: [{ key: 'preview', name: t('calc.preview'), unit: preview.unit ?? '', decimals: 3, color: palette[0] ?? '', curve: curveOf(readingsOf(preview)) }],
      range: [wallOf(now - hours * 3_600_000), wallOf(now)], axes: 'shared', colors, language,
    });
  }, [preview, hours, colors, palette, language, t]);
  const unit = preview.unit ?? '';
  const figure = (value: number | null | undefined): string => (value === null || value === undefined ? '—' : `${formatNumber(value, 3)} ${unit}`);
  return (
    <div style={{ opacity: dim ? 0.45 : 1 }}>
      <p className={styles['figures']}><span>{t('calc.values', { n: formatCount(preview.total) })}</span><span>{t('trends.min')} {figure(preview.min)}</span><span>{t('trends.max')} {figure(preview.max)}</span></p>
      <Chart option={option} height={230} label={t('calc.preview')} />
    </div>
  );
}
