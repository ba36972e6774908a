import { formatFullTime, formatTime } from '../../ui/format';
import { useTexts, type Translate } from '../../ui/i18n';
import { operationsTexts } from '../texts';
import styles from './Incidents.module.css';
import type { IncidentDetail, IncidentLine } from './queries';
import { incidentTexts } from './texts';

/** What people wrote and what the alarms did, newest first while it is worked on. */
export function Timeline({ detail }: { detail: IncidentDetail }) {
  const say = useLine();
  return (
    <ul className={styles['timeline']} aria-live="polite">
      {[...detail.timeline].reverse().map((line, index) => (
        <li key={detail.timeline.length - index}>
          <time title={formatFullTime(line.time)}>{formatTime(line.time)}</time>
          <p className={line.kind === 'action' ? styles['action'] : line.kind === 'note' ? '' : styles['quiet']}>{line.author && <span className={styles['author']}>{line.author} </span>}{say(line)}</p>
        </li>
      ))}
    </ul>
  );
}

export function useLine(): (line: IncidentLine) => string {
  const t = useTexts(incidentTexts);
  const words = useTexts(operationsTexts);
  return (line) => lineText(line, t, words as Translate<Record<string, readonly [string, string]>>);
}

function lineText(line: IncidentLine, t: Translate<typeof incidentTexts>, words: Translate<Record<string, readonly [string, string]>>): string {
  if (line.kind === null || line.kind === undefined) return t('line.alarm', { id: line.alarmId ?? 0, what: `${words(`event.${line.alarm ?? ''}`)}${line.text ? `: ${line.text}` : ''}` });
  return t(`line.${line.kind}` as 'line.note', { text: line.text, state: line.state ? t(`state.${line.state}` as 'state.open') : '' }).trim();
}
