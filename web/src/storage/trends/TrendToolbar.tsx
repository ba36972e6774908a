import { Button, Checkbox, DatePicker, Popover, Select } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useState } from 'react';
import type { PointItem } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { formatFullTime, instantOfWall } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useTexts } from '../../ui/i18n';
import { storageTexts } from '../texts';
import { lasts, shift, stepFor, steps, zoom, type Stretch } from './range';
import { TrendExport } from './TrendExport';
import type { trendDefaults, TrendView } from './TrendPage';
import styles from './TrendPage.module.css';

type Filter = typeof trendDefaults;

export function TrendToolbar({ filter, onChange, trend, points }: { filter: Filter; onChange: (patch: Partial<Filter>) => void; trend: TrendView; points: readonly PointItem[] }) {
  const t = useTexts(storageTexts);
  const fixed = filter.from !== '';
  const { view } = trend;
  const length = view.to - view.from;
  return (
    <div className={styles['toolbar']}>
      <Chips label={t('trends.range')} value={fixed ? '' : filter.last} onChange={(last) => onChange({ last, from: '', to: '' })} options={lasts.map((last) => ({ value: last, label: t(`last.${last}`) }))} />
      <CustomRange filter={filter} onChange={onChange} trend={trend} />
      <span className={styles['group']}>
        <Tool label={t('trends.back')} icon="left" onClick={() => trend.setView(shift(view, -length / 2))} />
        <Tool label={t('trends.zoomIn')} icon="plus" onClick={() => trend.setView(zoom(view, 0.5))} />
        <Tool label={t('trends.zoomOut')} icon="minus" onClick={() => trend.setView(zoom(view, 2))} />
        <Tool label={t('trends.forward')} icon="right" onClick={() => trend.setView(shift(view, length / 2))} />
        {fixed && <Button type="text" onClick={() => onChange({ from: '', to: '' })}>{t('trends.now')}</Button>}
      </span>
      <span className={styles['push']}>
        <Select aria-label={t('trends.step')} style={{ width: 150 }} value={filter.step} onChange={(step) => onChange({ step })}
          options={[{ value: 'auto', label: t('trends.autoStep', { step: t(`step.${stepFor(length)}`) }) }, ...steps.map((step) => ({ value: step, label: t(`step.${step}`) }))]} />
        <Select aria-label={t('trends.axes')} style={{ width: 140 }} value={filter.axes} onChange={(axes) => onChange({ axes })} options={(['byUnit', 'each', 'shared'] as const).map((axes) => ({ value: axes, label: t(`trends.${axes}`) }))} />
        <Select aria-label={t('trends.compare')} style={{ width: 140 }} value={filter.compare} onChange={(compare) => onChange({ compare })} options={(['none', '1d', '7d', '365d'] as const).map((compare) => ({ value: compare, label: t(`trends.compare.${compare}`) }))} />
        <Select aria-label={t('trends.chartKind')} style={{ width: 130 }} value={filter.chart} onChange={(chart) => onChange({ chart })} options={(['time', 'scatter', 'duration'] as const).map((chart) => ({ value: chart, label: t(`trends.chartKind.${chart}`) }))} />
        <Checkbox checked={filter.marks === 'on'} onChange={(event) => onChange({ marks: event.target.checked ? 'on' : 'off' })}>{t('trends.marks')}</Checkbox>
        <TrendExport points={points} trend={trend} />
      </span>
    </div>
  );
}

/** As short as it is clear: the day only once when both ends lie on it. */
function stretchText({ from, to }: Stretch): string {
  const [start, end] = [formatFullTime(from).slice(0, 16), formatFullTime(to).slice(0, 16)];
  if (start.slice(0, 10) === end.slice(0, 10)) return `${start.slice(5)} – ${end.slice(11)}`;
  return start.slice(0, 4) === end.slice(0, 4) ? `${start.slice(5)} – ${end.slice(5)}` : `${start} – ${end}`;
}

function Tool({ label, icon, onClick }: { label: string; icon: string; onClick: () => void }) {
  return <Button type="text" aria-label={label} title={label} icon={<Icon name={icon} size={14} />} onClick={onClick} />;
}

/** Dates are typed and read in the park's zone: the picker works on wall clock texts and knows nothing of the browser's zone. */
function CustomRange({ filter, onChange, trend }: { filter: Filter; onChange: (patch: Partial<Filter>) => void; trend: TrendView }) {
  const t = useTexts(storageTexts);
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState(trend.view.from);
  const [to, setTo] = useState(trend.view.to);
  useEffect(() => { dayjs.locale(language === 'zh' ? 'zh-cn' : 'en'); }, [language]);
  const show = (next: boolean): void => {
    if (next) { setFrom(trend.view.from); setTo(trend.view.to); }
    setOpen(next);
  };
  const picker = (value: number, set: (value: number) => void, label: string) => (
    <label style={{ display: 'grid', gap: 4 }}>
      <span style={{ color: 'var(--ink-2)', fontSize: 13 }}>{label}</span>
      <DatePicker showTime allowClear={false} needConfirm={false} aria-label={label} value={dayjs(formatFullTime(value))} format="YYYY-MM-DD HH:mm:ss" onChange={(next) => { if (next) set(instantOfWall(Date.parse(`${next.format('YYYY-MM-DDTHH:mm:ss')}Z`))); }} />
    </label>
  );
  return (
    <Popover
      open={open} onOpenChange={show} trigger="click" placement="bottomLeft"
      content={(
        <div className={styles['custom']}>
          {picker(from, setFrom, t('trends.from'))}
          {picker(to, setTo, t('trends.to'))}
          <Button type="primary" disabled={to <= from} onClick={() => { onChange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }); setOpen(false); }}>{t('trends.apply')}</Button>
        </div>
      )}
    >
      <Button type={filter.from === '' ? 'default' : 'primary'} ghost={filter.from !== ''} icon={<Icon name="clock" size={14} />}>{filter.from === '' ? t('trends.custom') : stretchText(trend.view)}</Button>
    </Popover>
  );
}
