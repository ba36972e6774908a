import type { CockpitChart } from './queries';
import styles from './Cockpit.module.css';

const width = 320, height = 64;

/** A day in a hand's breadth: bars for amounts, a line for values, the limit dashed. Drawn as SVG, because a wall that hangs for weeks must hold nothing back. */
export function MiniChart({ chart, label }: { chart: CockpitChart; label: string }) {
  const known = chart.values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const top = Math.max(...known, chart.limit ?? -Infinity, 0), bottom = Math.min(...known, 0), range = top - bottom || 1;
  const y = (value: number): number => height - 2 - ((value - bottom) / range) * (height - 6);
  const step = width / chart.values.length;
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className={styles['chart']}>
      {chart.bars ? chart.values.map((value, i) => value !== null && (
        <rect key={i} x={i * step + 1} width={Math.max(step - 2, 1)} y={Math.min(y(value), y(0))} height={Math.max(Math.abs(y(0) - y(value)), 1)} className={i === chart.values.length - 1 ? styles['barNow'] : styles['bar']} />
      )) : runsOf(chart.values).map((run) => {
        const points = run.map(([i, value]) => `${(i + 0.5) * step},${y(value)}`).join(' ');
        const [first, last] = [run[0]?.[0] ?? 0, run.at(-1)?.[0] ?? 0];
        return <g key={first}><polygon points={`${(first + 0.5) * step},${height} ${points} ${(last + 0.5) * step},${height}`} className={styles['area']} /><polyline points={points} className={styles['line']} /></g>;
      })}
      {chart.limit !== null && chart.limit !== undefined && <line x1="0" x2={width} y1={y(chart.limit)} y2={y(chart.limit)} className={styles['limit']} />}
    </svg>
  );
}

/** A gap in the data is a gap in the line. */
export function runsOf(values: readonly (number | null)[]): [number, number][][] {
  const runs: [number, number][][] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    const last = runs.at(-1);
    if (last?.at(-1)?.[0] === i - 1) last.push([i, value]);
    else runs.push([[i, value]]);
  });
  return runs;
}
