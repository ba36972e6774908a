import { useName, useTexts } from '../../ui/i18n';
import { plain, spanOf } from './figures';
import styles from './Plan.module.css';
import type { OutcomePoint, TargetDetail } from './queries';
import { planTexts } from './texts';

const width = 720, height = 260, left = 56, right = 16, top = 14, bottom = 26;

/** Known values, the forecast with its 90 % fan, the way from the base to the target. Drawn plainly, so that it prints as it looks. */
export function FanChart({ detail }: { detail: TargetDetail }) {
  const t = useTexts(planTexts);
  const name = useName();
  const { series, outcome, target } = detail.row;
  const known: readonly OutcomePoint[] = series;
  const end = known.at(-1);
  const first = known[0];
  if (!end || !first) return <p className={styles['sub']}>{t('target.noForecast')}</p>;
  const goal = target.value;
  const numbers = [...known.map((point) => point.value), ...outcome.years.flatMap((year) => [year.value, year.lower ?? year.value, year.upper ?? year.value]), ...detail.path.map((point) => point.value), ...(goal === null ? [] : [goal])];
  const [low, high] = spanOf(numbers);
  const from = first.year, to = Math.max(target.year, end.year, from + 1);
  const x = (year: number): number => left + ((year - from) / (to - from)) * (width - left - right);
  const y = (value: number): number => height - bottom - ((value - low) / (high - low)) * (height - top - bottom);
  const fan = outcome.years.filter((year) => year.lower !== null && year.upper !== null);
  const ticks = Array.from({ length: 5 }, (_, index) => low + ((high - low) * index) / 4);
  const way = [first, ...detail.path, ...(goal === null ? [] : [{ year: target.year, value: goal }])];
  return (
    <svg className={styles['fan']} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('target.fan', { name: name(target.nameZh, target.nameEn), n: known.length, year: to })}>
      {ticks.map((tick) => <g key={tick}><line className={styles['axis']} x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} /><text x={left - 6} y={y(tick) + 4} textAnchor="end">{plain(Number(tick.toPrecision(4)))}</text></g>)}
      {Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((_, index, all) => index % Math.ceil(all.length / 12) === 0).map((year) => <text key={year} x={x(year)} y={height - 8} textAnchor="middle">{year}</text>)}
      {fan.length > 0 && <polygon className={styles['band']} points={[`${x(end.year)},${y(end.value)}`, ...fan.map((year) => `${x(year.year)},${y(year.upper ?? 0)}`), ...[...fan].reverse().map((year) => `${x(year.year)},${y(year.lower ?? 0)}`)].join(' ')} />}
      {detail.row.kind !== 'meanGrowth' && <polyline className={styles['way']} points={way.map((point) => `${x(point.year)},${y(point.value)}`).join(' ')} />}
      {goal !== null && <><line className={styles['goal']} x1={left} x2={width - right} y1={y(goal)} y2={y(goal)} /><text x={width - right} y={y(goal) - 5} textAnchor="end">{t('col.target')} {plain(goal)}</text></>}
      <polyline className={styles['line']} points={known.map((point) => `${x(point.year)},${y(point.value)}`).join(' ')} />
      {outcome.years.length > 0 && <polyline className={styles['ahead2']} points={[end, ...outcome.years].map((point) => `${x(point.year)},${y(point.value)}`).join(' ')} />}
      {known.map((point) => <circle key={point.year} className={point.isBound ? styles['bound'] : styles['dot']} cx={x(point.year)} cy={y(point.value)} r={4}><title>{point.year}: {point.isBound ? '≥ ' : ''}{plain(point.value)}</title></circle>)}
    </svg>
  );
}
