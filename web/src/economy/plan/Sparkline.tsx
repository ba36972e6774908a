import { spanOf } from './figures';
import styles from './Plan.module.css';
import type { BoardRow } from './queries';

/** Known years as a line, what is expected dashed, the target as a level. */
export function Sparkline({ row }: { row: BoardRow }) {
  const { series, outcome, target } = row;
  if (series.length === 0) return null;
  const ahead = outcome.years;
  const years = [...series.map((point) => point.year), ...ahead.map((point) => point.year), target.year];
  const goal = row.kind !== 'meanGrowth' || target.value === null ? target.value : target.value;
  const [low, high] = spanOf([...series.map((point) => point.value), ...ahead.map((point) => point.value), ...(goal === null ? [] : [goal])]);
  const first = Math.min(...years), last = Math.max(...years);
  const x = (year: number): number => 2 + ((year - first) / Math.max(last - first, 1)) * 92;
  const y = (value: number): number => 22 - ((value - low) / (high - low)) * 20;
  const end = series.at(-1);
  return (
    <svg className={styles['spark']} viewBox="0 0 96 24" aria-hidden>
      {goal !== null && <line className={styles['goal']} x1={2} x2={94} y1={y(goal)} y2={y(goal)} />}
      <polyline className={styles['line']} points={series.map((point) => `${x(point.year)},${y(point.value)}`).join(' ')} />
      {end && ahead.length > 0 && <polyline className={styles['ahead2']} points={[end, ...ahead].map((point) => `${x(point.year)},${y(point.value)}`).join(' ')} />}
      {end && <circle className={styles['dot']} cx={x(end.year)} cy={y(end.value)} r={2.4} />}
    </svg>
  );
}
