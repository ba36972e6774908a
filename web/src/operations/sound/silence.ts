import type { Priority } from '../../ui/StateShape';

export interface WaitingAlarm { id: number; priority: number }

/** What the desk has told and what somebody silenced. Silence is of the ear only: nothing is acknowledged by it. */
export interface Heard {
  /** Alarms waiting for acknowledgement when this was last looked at. */
  waiting: ReadonlySet<number>;
  silenced: ReadonlySet<number>;
}

export const nothingHeard: Heard = { waiting: new Set(), silenced: new Set() };

/** The alarms that want to be heard: unacknowledged and not silenced. */
export const sounding = (alarms: readonly WaitingAlarm[], { silenced }: Heard): WaitingAlarm[] => alarms.filter(({ id }) => !silenced.has(id));

/** Those that were not waiting before, most urgent first. */
export const newAlarms = (alarms: readonly WaitingAlarm[], { waiting }: Heard): WaitingAlarm[] =>
  alarms.filter(({ id }) => !waiting.has(id)).sort((left, right) => left.priority - right.priority);

export const mostUrgent = (alarms: readonly WaitingAlarm[]): Priority | null =>
  alarms.reduce<number | null>((least, { priority }) => (least === null || priority < least ? priority : least), null) as Priority | null;

/** After a look at the list. An alarm that went and comes back is heard anew, so what is gone is forgotten. */
export function lookedAt(alarms: readonly WaitingAlarm[], { silenced }: Heard): Heard {
  const waiting = new Set(alarms.map(({ id }) => id));
  return { waiting, silenced: new Set([...silenced].filter((id) => waiting.has(id))) };
}

export const silenceAll = (alarms: readonly WaitingAlarm[], heard: Heard): Heard => ({ ...heard, silenced: new Set([...heard.silenced, ...alarms.map(({ id }) => id)]) });
