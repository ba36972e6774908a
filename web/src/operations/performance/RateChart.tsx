import type { AlarmPerformance } from '../../api/types';
import { formatTime, zoneOffset } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import styles from './Performance.module.css';
import { performanceTexts } from './texts';

const width = 1000;
const height = 150;
const floodBegins = 10;

/** The busiest ten minutes of each step as bars, the floods behind them; drawn plainly so that it prints as it looks. */
export function RateChart({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  const begin = Date.parse(data.from);
  const stepMs = data.stepMinutes * 60_000;
  const threshold = floodBegins * data.operators;
  const top = Math.max(threshold * 1.2, ...data.peaks);
  const bar = width / data.counts.length;
  const y = (value: number): number => height - (value / top) * height;
  const x = (time: number): number => ((time - begin) / (stepMs * data.counts.length)) * width;
  const ticks = ticksOf(begin, begin + stepMs * data.counts.length);
  return (
    <figure className={styles['rate']}>
      <div className={styles['plot']}>
        <div className={styles['axis']} aria-hidden><span>{Math.round(top)}</span><span>0</span></div>
        <svg role="img" aria-label={t('rate.label', { step: data.stepMinutes, max: Math.max(...data.peaks), floods: data.floodCount })} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
          {data.floods.map((flood) => <rect key={flood.start} className={styles['flood']} x={x(Date.parse(flood.start))} y={0} width={Math.max(2, x(Date.parse(flood.start) + flood.minutes * 60_000) - x(Date.parse(flood.start)))} height={height} />)}
          {data.peaks.map((peak, index) => (
            <g key={index}>
              {peak > 0 && <rect className={peak > threshold ? styles['over'] : styles['bar']} x={index * bar + bar * 0.1} y={y(peak)} width={Math.max(bar * 0.8, 0.6)} height={height - y(peak)} />}
              <rect className={styles['hover']} x={index * bar} y={0} width={bar} height={height}><title>{t('rate.peak', { time: formatTime(begin + index * stepMs).slice(0, 11), peak, n: data.counts[index] ?? 0 })}</title></rect>
            </g>
          ))}
          <line className={styles['threshold']} x1={0} x2={width} y1={y(threshold)} y2={y(threshold)} vectorEffect="non-scaling-stroke" />
        </svg>
        <span className={styles['thresholdLabel']} style={{ top: `${(y(threshold) / height) * 100}%` }}>{threshold}</span>
      </div>
      <div className={styles['ticks']} aria-hidden>{ticks.map((tick) => <span key={tick} style={{ left: `${(x(tick) / width) * 100}%` }}>{formatTime(tick).slice(0, ticks.length > 1 && (ticks[1] ?? 0) - (ticks[0] ?? 0) < 86_400_000 ? 11 : 5)}</span>)}</div>
      <figcaption>{data.stepMinutes === 10 ? t('rate.stepTen') : t('rate.step', { step: data.stepMinutes })} · <span className={styles['dash']} /> {t('rate.line')}</figcaption>
    </figure>
  );
}

/** At most eight moments that are whole hours or days of the park. */
function ticksOf(begin: number, end: number): number[] {
  const hour = 3_600_000;
  const every = [3 * hour, 6 * hour, 12 * hour, 24 * hour, 4 * 24 * hour, 7 * 24 * hour, 14 * 24 * hour, 61 * 24 * hour].find((step) => (end - begin) / step <= 8) ?? end - begin;
  const zone = zoneOffset(begin);
  const first = Math.ceil((begin + zone) / every) * every - zone;
  return Array.from({ length: Math.floor((end - first) / every) + 1 }, (_, index) => first + index * every);
}
