import { useTexts } from '../../ui/i18n';
import styles from './Plan.module.css';
import type { PlanStatus } from './queries';
import { planTexts } from './texts';

const shapes: Record<PlanStatus, string> = {
  done: 'M1.5 6.5 4.5 9.5 10.5 2.5', ahead: 'M2 9.5 6 2.5 10 9.5', onTrack: 'M1.5 6h9M7.5 3l3 3-3 3', atRisk: 'M6 1 11 10.5H1z', missed: 'M2 2 10 10M10 2 2 10', noData: 'M2.5 6h7', targetNotSet: 'M6 10.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4z',
};

/** Status in a shape and a word; colour only helps. */
export function StatusMark({ status, delay }: { status: PlanStatus; delay?: 'none' | 'slight' | 'clear' | 'serious' }) {
  const t = useTexts(planTexts);
  return (
    <span className={`${styles['status']} ${styles[status]}`}>
      <svg width={12} height={12} viewBox="0 0 12 12" aria-hidden><path d={shapes[status]} fill={status === 'atRisk' ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth={1.7} /></svg>
      {t(`status.${status}`)}{delay && delay !== 'none' && <small>{t(`delay.${delay}`)}</small>}
    </span>
  );
}
