import { useTexts } from '../../ui/i18n';
import type { Light } from '../shared';
import styles from './Lights.module.css';
import { lightTexts } from './texts';

export const scoreOf: Readonly<Record<Light, number>> = { red: 5, yellow: 4, green: 3, lightBlue: 2, blue: 1 };

/** A lamp with its score, and its word beside it: the colour is never the only sign. */
export function LightMark({ light, small = false }: { light: Light; small?: boolean }) {
  const t = useTexts(lightTexts);
  const score = scoreOf[light];
  return (
    <span className={styles['mark']}>
      <span className={styles['lamp']} style={{ background: `var(--light-${score})`, color: `var(--on-light-${score})` }} aria-hidden={!small} title={small ? t(`light.${light}`) : undefined}>{score}</span>
      {!small && t(`light.${light}`)}
    </span>
  );
}

/** The lamps of the months before, oldest first. */
export function LightStrip({ points, label }: { points: readonly { period: string; light: Light | null }[]; label: string }) {
  const t = useTexts(lightTexts);
  return (
    <span className={styles['strip']} role="img" aria-label={`${label}：${points.map((point) => (point.light ? t(`light.${point.light}`) : '—')).join(' ')}`}>
      {points.map((point) => <i key={point.period} title={`${point.period} ${point.light ? t(`light.${point.light}`) : '—'}`} style={point.light ? { background: `var(--light-${scoreOf[point.light]})`, height: `${scoreOf[point.light] * 20}%` } : undefined} />)}
    </span>
  );
}
