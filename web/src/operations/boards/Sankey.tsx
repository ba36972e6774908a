import { useMemo } from 'react';
import type { PointItem } from '../../api/types';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { formatCompact } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { QueryView } from '../../ui/QueryView';
import styles from './Boards.module.css';
import { flowUnit, flowsOf } from './flows';
import type { Period, Widget } from './queries';
import { boardTexts } from './texts';
import { useFigures, type ValueOf } from './useFigures';

interface SankeyProps { widget: Widget; points: readonly PointItem[]; idsBy: ReadonlyMap<string, readonly number[]>; period: Period }

/** Bands from place to place, as wide as what flowed over the period. */
export function Sankey({ widget, points, idsBy, period }: SankeyProps) {
  const figures = useFigures(points, period, widget.figure ?? 'mean');
  return <QueryView query={figures} skeleton="block">{(valueOf) => <Drawn widget={widget} points={points} idsBy={idsBy} valueOf={valueOf} />}</QueryView>;
}

function Drawn({ widget, points, idsBy, valueOf }: Omit<SankeyProps, 'period'> & { valueOf: ValueOf }) {
  const t = useTexts(boardTexts);
  const language = useLanguage();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const flows = useMemo(() => flowsOf(widget.flows ?? [], (reference) => { const id = idsBy.get(reference)?.[0]; return id === undefined ? null : valueOf(id); }), [widget.flows, idsBy, valueOf]);
  const unit = flowUnit(points.map((point) => point.unitSymbol), widget.figure ?? 'mean');
  const option = useMemo(() => ({
    animation: false, textStyle: { fontFamily: colors.font },
    tooltip: { confine: true, valueFormatter: (value: number) => `${formatCompact(value, language, 1)} ${unit}` },
    series: [{
      type: 'sankey', left: 4, right: 110, top: 6, bottom: 6, nodeWidth: 12, nodeGap: 10, draggable: false, emphasis: { focus: 'adjacency' }, lineStyle: { color: 'gradient', opacity: 0.35 },
      label: { color: colors.ink, fontSize: 12, formatter: ({ name, value }: { name: string; value: number }) => `${name}  ${formatCompact(value, language, 1)}` },
      data: flows.places.map((name, index) => ({ name, itemStyle: { color: palette[index % palette.length] } })), links: flows.bands.map(({ from, to, value }) => ({ source: from, target: to, value })),
    }],
  }), [flows, colors, palette, language, unit]);
  if (flows.circle !== null) return <p role="alert">{t('sankey.circle', { flow: flows.circle })}</p>;
  if (flows.bands.length === 0) return <p className={styles['quiet']}>{t('sankey.none')}</p>;
  return (
    <div className={styles['sankey']}>
      <Chart option={option} height="100%" label={flows.bands.map(({ from, to, value }) => `${from} → ${to} ${formatCompact(value, language, 1)} ${unit}`).join(', ')} />
      {flows.missing > 0 && <small className={styles['quiet']}>{t('sankey.missing', { n: flows.missing })}</small>}
    </div>
  );
}
