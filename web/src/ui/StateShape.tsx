import { useTexts } from './i18n';
import styles from './StateShape.module.css';
import { uiTexts } from './texts';

export type Priority = 1 | 2 | 3 | 4;
export type PlainState = 'normal' | 'stale' | 'offline' | 'badQuality';

export const isPriority = (value: number | null | undefined): value is Priority => value === 1 || value === 2 || value === 3 || value === 4;

/** The outlines every state has for itself, on a 20 px grid; colour is never the only sign. */
export const priorityOutlines: Record<Priority, { path: string; textY: number }> = {
  1: { path: 'M1.5 1.5h17v17h-17z', textY: 14 },
  2: { path: 'M10 .8 19.6 18.6H.4z', textY: 16.2 },
  3: { path: 'M10 19.2.4 1.4h19.2z', textY: 11.4 },
  4: { path: 'M10 .9a9.1 9.1 0 1 1 0 18.2 9.1 9.1 0 0 1 0-18.2z', textY: 14 },
};

interface PriorityShapeProps {
  priority: Priority;
  /** Nobody has acknowledged it yet: the shape blinks, or has a heavy outline where motion is not wanted. */
  unacknowledged?: boolean;
  size?: number;
  /** Set where the words stand beside it. */
  decorative?: boolean;
}

export function PriorityShape({ priority, unacknowledged = false, size = 18, decorative = false }: PriorityShapeProps) {
  const t = useTexts(uiTexts);
  const { path, textY } = priorityOutlines[priority];
  const label = decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t(`priority.${priority}`) };
  return (
    <svg {...label} width={size} height={size} viewBox="0 0 20 20" className={`${styles['shape']} ${unacknowledged ? styles['unacknowledged'] : ''}`} style={{ color: `var(--p${priority})` }}>
      <path d={path} fill="currentColor" />
      <text x="10" y={textY} textAnchor="middle" className={styles['number']}>{priority}</text>
    </svg>
  );
}

/** Signs of the states that are no alarm. Normal is quiet: a filled process dot. */
export function PlainStateShape({ state, size = 16 }: { state: PlainState; size?: number }) {
  const t = useTexts(uiTexts);
  return (
    <svg role="img" aria-label={t(`state.${state}`)} width={size} height={size} viewBox="0 0 20 20" className={styles['shape']} fill="none" strokeWidth={2} strokeLinecap="round">
      {state === 'normal' && <circle cx="10" cy="10" r="5" fill="var(--process)" />}
      {state === 'stale' && <g stroke="var(--ink-3)"><circle cx="10" cy="10" r="7.5" /><path d="M10 5.8V10l3 2" /></g>}
      {state === 'offline' && <g stroke="var(--ink-3)"><path d="M8 12.4l-2.2 2.2a3 3 0 0 1-4.2-4.3l2.2-2.2M12 7.6l2.2-2.2a3 3 0 1 1 4.2 4.3l-2.2 2.2" /><path d="M7 3v2.2M3 7h2.2M13 17v-2.2M17 13h-2.2" /></g>}
      {state === 'badQuality' && <g stroke="var(--bad)"><circle cx="10" cy="10" r="8" /><path d="M7.6 8a2.5 2.5 0 1 1 3.6 2.3c-.9.4-1.2.9-1.2 1.7M10 14.6v.1" /></g>}
    </svg>
  );
}
