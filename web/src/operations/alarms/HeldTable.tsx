import { useMemo } from 'react';
import type { AlarmDefinition } from '../../api/types';
import { useNow } from '../../ui/clock';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatDuration, formatFullTime, formatTime } from '../../ui/format';
import { useLanguage, useTexts, type Language } from '../../ui/i18n';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { usePlaceName } from '../../ui/usePlaceName';
import { useDefinitionName } from '../definitions/definitionName';
import { operationsTexts } from '../texts';
import type { HeldView } from './deskFilter';

type Hold = NonNullable<AlarmDefinition['hold']>;

/** Since when, until when, by whom and why, of the hold that a list is about. */
export function holdOf(hold: Hold | null | undefined, view: HeldView): { since: string | null; until: string | null; by: string; reason: string } {
  const of = (since: string | null | undefined, until: string | null | undefined, by: string | null | undefined, reason: string | null | undefined) => ({ since: since ?? null, until: until ?? null, by: by ?? '', reason: reason ?? '' });
  if (view === 'shelved') return of(hold?.shelvedSince, hold?.shelvedUntil, hold?.shelvedBy, hold?.shelfReason);
  if (view === 'outOfService') return of(hold?.outSince, hold?.outUntil, hold?.outBy, hold?.outReason);
  return of(hold?.suppressedSince, null, null, hold?.suppressedBy);
}

interface HeldTableProps { view: HeldView; rows: readonly AlarmDefinition[]; onOpen: (definition: AlarmDefinition) => void; selected: ReadonlySet<number | string>; onSelect: (selected: Set<number | string>) => void }

/** What is silenced, until when, by whom and why. */
export function HeldTable({ view, rows, onOpen, selected, onSelect }: HeldTableProps) {
  const t = useTexts(operationsTexts);
  const place = usePlaceName();
  const definitionName = useDefinitionName();
  const columns = useMemo<Column<AlarmDefinition>[]>(() => [
    { key: 'mark', title: <span className="visually-hidden">{t('alarms.priority')}</span>, width: 40, render: ({ priority }) => isPriority(priority) && <PriorityShape priority={priority} /> },
    { key: 'what', title: t('alarms.what'), cut: true, render: (each) => <span title={definitionName(each)}>{definitionName(each)}</span> },
    { key: 'place', title: t('alarms.place'), cut: 'start', render: (each) => <span title={place(each)}>{place(each)}</span> },
    { key: 'condition', title: t('held.condition'), width: 92, render: ({ alarmId }) => (alarmId ? <strong>{t('held.holds')}</strong> : <span style={{ color: 'var(--ink-2)' }}>{t('held.gone')}</span>) },
    { key: 'since', title: t('held.since'), width: 128, render: ({ hold }) => { const { since } = holdOf(hold, view); return <time dateTime={since ?? ''} title={formatFullTime(since)}>{formatTime(since)}</time>; } },
    ...(view === 'suppressed' ? [] : [{ key: 'left', title: t('held.left'), width: 120, align: 'right' as const, render: ({ hold }: AlarmDefinition) => <TimeLeft until={holdOf(hold, view).until} /> }]),
    ...(view === 'suppressed' ? [] : [{ key: 'by', title: t('held.by'), width: 110, cut: true, render: ({ hold }: AlarmDefinition) => holdOf(hold, view).by }]),
    { key: 'reason', title: t('held.reason'), cut: true, render: ({ hold }) => { const words = reasonWords(t, holdOf(hold, view).reason); return <span title={words}>{words}</span>; } },
  ], [t, place, definitionName, view]);
  return (
    <DataTable
      label={t(`alarms.${view}`)} columns={columns} rows={rows} rowKey={({ id }) => id} onOpen={onOpen}
      selection={{ selected, onChange: onSelect, label: (each) => t('alarms.select', { name: definitionName(each) }), labelAll: t('alarms.selectAll') }}
    />
  );
}

/** "plantState:stopped" and the like are for programs. */
export function reasonWords(t: (key: 'because.rule') => string, reason: string): string {
  const [kind, rest] = [reason.split(':')[0] ?? '', reason.slice(reason.indexOf(':') + 1).trim()];
  const key = `because.${kind}`;
  return reason.includes(':') && key in operationsTexts ? `${t(key as 'because.rule')} ${rest}` : reason;
}

export function TimeLeft({ until }: { until: string | null }) {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const now = useNow();
  if (until === null) return <>{t('held.open')}</>;
  return <span title={formatFullTime(until)}>{leftText(Date.parse(until) - now, language)}</span>;
}

const hour = 3_600_000;

/** Hours and minutes: "1 小时" would say little of a shelf of nearly two. */
export function leftText(milliseconds: number, language: Language): string {
  const left = Math.max(0, milliseconds);
  const minutes = left % hour;
  return left < hour || left >= 24 * hour || minutes < 60_000 ? formatDuration(left, language) : `${formatDuration(left, language)} ${formatDuration(minutes, language)}`;
}
