import type { AlarmPerformance, PerformanceFigure } from '../../api/types';
import { formatDuration, formatNumber, missing } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import styles from './Performance.module.css';
import { performanceTexts } from './texts';

export type Verdict = NonNullable<PerformanceFigure['verdict']>;
type Code = 'averageRate';

/** Where on the page the alarms behind a figure are. */
const behind: Record<string, string> = {
  averageRate: '#top', perDay: '#top', peak: '#floods', busyPeriods: '#floods', timeInFlood: '#floods', topTen: '#top', chattering: '#chattering', fleeting: '#fleeting', stale: '#stale',
  priority1: '#priorities', priority2: '#priorities', priority3: '#priorities', priority4: '#priorities',
};

/** Each figure with its target; a click leads to the alarms behind it. */
export function FigureCards({ data: { figures, acknowledgement } }: { data: AlarmPerformance }) {
  return (
    <ul className={styles['cards']}>
      {figures.filter(({ code }) => !code.startsWith('priority')).map((figure) => <FigureCard key={figure.code} figure={figure} />)}
      <AcknowledgementCard seconds={acknowledgement[0]?.medianSeconds ?? null} />
    </ul>
  );
}

/** No guide gives a target for it: it depends on what each alarm allows. */
function AcknowledgementCard({ seconds }: { seconds: number | null }) {
  const t = useTexts(performanceTexts);
  const language = useLanguage();
  return (
    <li className={styles['card']}>
      <a href="#acknowledgement" onClick={(event) => jump(event, '#acknowledgement')}>
        <span className={styles['name']}>{t('ack.card')}</span>
        <span className={styles['value']}>{seconds === null ? missing : formatDuration(seconds * 1000, language)}</span>
      </a>
      <span className={styles['target']}>{t('target.none')}</span>
    </li>
  );
}

function FigureCard({ figure }: { figure: PerformanceFigure }) {
  const t = useTexts(performanceTexts);
  const unit = figure.target ? t(`unit.${figure.target.unit}` as 'unit.percent') : '';
  return (
    <li className={styles['card']}>
      <a href={behind[figure.code] ?? '#top'} onClick={(event) => jump(event, behind[figure.code])}>
        <span className={styles['name']}>{t(`code.${figure.code as Code}`)}</span>
        <span className={styles['value']}>{formatFigure(figure.value)}<span className={styles['unit']}>{'\u2009'}{unit}</span></span>
        <VerdictMark verdict={figure.verdict ?? null} />
      </a>
      <TargetText figure={figure} />
    </li>
  );
}

/** Not by the address: its fragment belongs to nobody, and the filters stand in it. */
function jump(event: { preventDefault: () => void }, to: string | undefined): void {
  event.preventDefault();
  const section = document.querySelector<HTMLElement>(to ?? '');
  section?.scrollIntoView({ block: 'start' });
  section?.focus({ preventScroll: true });
}

export const formatFigure = (value: number | null | undefined): string =>
  formatNumber(value, value === null || value === undefined || Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1);

export function TargetText({ figure: { target } }: { figure: PerformanceFigure }) {
  const t = useTexts(performanceTexts);
  if (!target) return <span className={styles['target']}>{t('target.none')}</span>;
  const source = t('target.source', { source: target.source, from: target.validFrom });
  return (
    <span className={styles['target']} title={source}>
      {t(`target.${target.direction}`, { target: formatFigure(target.target) })}{target.limit !== target.target && t('target.limit', { limit: formatFigure(target.limit) })}
      {!target.verified && <em> · {t('target.unverified')}</em>}
    </span>
  );
}

/** Shape and word; colour only helps. */
export function VerdictMark({ verdict }: { verdict: Verdict | null }) {
  const t = useTexts(performanceTexts);
  return (
    <span className={`${styles['verdict']} ${styles[verdict ?? 'none']}`}>
      <svg width={12} height={12} viewBox="0 0 12 12" aria-hidden>
        {verdict === 'met' && <path d="M1.5 6.5 4.5 9.5 10.5 2.5" fill="none" stroke="currentColor" strokeWidth={1.8} />}
        {verdict === 'borderline' && <path d="M6 1 11.5 6 6 11 .5 6z" fill="none" stroke="currentColor" strokeWidth={1.6} />}
        {verdict === 'missed' && <path d="M6 .5 11.8 11H.2z" fill="currentColor" />}
        {verdict === null && <path d="M2 6h8" stroke="currentColor" strokeWidth={1.6} />}
      </svg>
      {t(`verdict.${verdict ?? 'none'}`)}
    </span>
  );
}
