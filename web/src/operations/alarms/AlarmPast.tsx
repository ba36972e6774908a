import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AlarmItem } from '../../api/types';
import { formatDuration, formatFullTime, formatTime } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { operationsTexts } from '../texts';
import styles from './AlarmPanel.module.css';
import { occurrencesQuery } from './deskFilter';

const shown = 10;

/** What happened the last ten times: when, how long, who saw it and what they wrote. */
export function AlarmPast({ alarm }: { alarm: AlarmItem }) {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const before = useQuery(occurrencesQuery(alarm.definitionId)).data?.filter(({ id }) => id !== alarm.id).slice(0, shown);
  if (!before) return null;
  const median = medianOf(before.flatMap(({ raised, acknowledged }) => (acknowledged ? [Date.parse(acknowledged) - Date.parse(raised)] : [])));
  return (
    <section>
      <h3 className={styles['heading']}>{t('past.title')}</h3>
      <p className={styles['now']}>{before.length === 0 ? t('past.none') : t('past.summary', { n: before.length, median: median === null ? '—' : formatDuration(median, language) })}</p>
      <ol className={styles['events']}>{before.map((each) => <PastLine key={each.id} alarm={each} />)}</ol>
    </section>
  );
}

function PastLine({ alarm }: { alarm: AlarmItem }) {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const raised = Date.parse(alarm.raised);
  const lasted = alarm.returned ? t('past.lasted', { duration: formatDuration(Date.parse(alarm.returned) - raised, language) }) : '';
  const seen = alarm.acknowledged ? t('past.by', { by: alarm.acknowledgedBy ?? '', after: formatDuration(Date.parse(alarm.acknowledged) - raised, language) }) : t('past.never');
  return (
    <li>
      <Link to={links.alarm(alarm.id)} title={formatFullTime(alarm.raised)}>{formatTime(alarm.raised)}</Link>
      <span>{[lasted, seen, alarm.comment ? `“${alarm.comment}”` : ''].filter(Boolean).join(' · ')}</span>
    </li>
  );
}

export function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [upper, lower] = [sorted[middle], sorted[middle - 1]];
  return upper === undefined ? null : sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}
