import { formatFullTime, formatNumber, formatTime } from '../ui/format';
import { useTexts } from '../ui/i18n';
import styles from './Identifiers.module.css';
import type { ResolutionStep } from './shared';
import { identifierTexts } from './texts';

interface RateCurveProps {
  label: string;
  steps: readonly ResolutionStep[];
  /** Length of a step in seconds. */
  seconds: number;
  /** Steps that the whole width holds; the newest is at the right. */
  width: number;
}

/** Resolutions a second as bars, those without an answer of use on top; drawn plainly, because it moves every few seconds. */
export function RateCurve({ label, steps, seconds, width }: RateCurveProps) {
  const t = useTexts(identifierTexts);
  const most = Math.max(1, ...steps.map((step) => step.succeeded + step.notFound + step.failed));
  const height = (count: number): number => (58 * count) / most;
  return (
    <figure className={styles['rate']}>
      <svg className={styles['curve']} viewBox={`0 0 ${width} 60`} preserveAspectRatio="none" role="img" aria-label={`${label} ${formatTime(steps[0]?.time)} – ${formatTime(steps.at(-1)?.time)}`}>
        {steps.map((step, index) => {
          const good = height(step.succeeded + step.notFound), bad = height(step.failed), x = width - steps.length + index;
          return (
            <g key={step.time}>
              <rect x={x} y={60 - good} width={0.8} height={good} fill="var(--process)" />
              <rect x={x} y={60 - good - bad} width={0.8} height={bad} fill="var(--p2)" />
              <rect x={x} y={0} width={1} height={60} fill="transparent"><title>{`${formatFullTime(step.time)} · ${t('succeeded')} ${step.succeeded} · ${t('notFound')} ${step.notFound} · ${t('failed')} ${step.failed}`}</title></rect>
            </g>
          );
        })}
      </svg>
      <figcaption>{t('rate.caption', { most: formatNumber(most / seconds, most < 10 * seconds ? 1 : 0), from: formatTime(steps[0]?.time).slice(6, 11), to: formatTime(steps.at(-1)?.time).slice(6, 11) })}</figcaption>
    </figure>
  );
}
