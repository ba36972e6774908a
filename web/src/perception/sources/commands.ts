import type { perceptionTexts } from '../texts';

export interface Argument { name: string; kind: 'text' | 'number' | 'time' | 'password'; required: boolean }
export interface Command { code: string; text: keyof typeof perceptionTexts; arguments: readonly Argument[] }

const need = (name: string, kind: Argument['kind']): Argument => ({ name, kind, required: true });
const may = (name: string, kind: Argument['kind']): Argument => ({ name, kind, required: false });
const stretch = [need('BeginTime', 'time'), need('EndTime', 'time')] as const;

/** What HJ 212-2017 lets a platform ask of a device (table of codes, 现场机可接受的请求), in the order people need them. */
export const hj212Commands: readonly Command[] = [
  { code: '1011', text: 'command.readClock', arguments: [may('PolId', 'text')] },
  { code: '1012', text: 'command.setClock', arguments: [may('PolId', 'text'), may('SystemTime', 'time')] },
  { code: '2061', text: 'command.hourHistory', arguments: stretch },
  { code: '2051', text: 'command.minuteHistory', arguments: stretch },
  { code: '2031', text: 'command.dayHistory', arguments: stretch },
  { code: '2041', text: 'command.runTimeHistory', arguments: stretch },
  { code: '1061', text: 'command.readRealtimeInterval', arguments: [] },
  { code: '1062', text: 'command.setRealtimeInterval', arguments: [need('RtdInterval', 'number')] },
  { code: '1063', text: 'command.readMinuteInterval', arguments: [] },
  { code: '1064', text: 'command.setMinuteInterval', arguments: [need('MinInterval', 'number')] },
  { code: '2011', text: 'command.startRealtime', arguments: [] },
  { code: '2012', text: 'command.stopRealtime', arguments: [] },
  { code: '2021', text: 'command.startState', arguments: [] },
  { code: '2022', text: 'command.stopState', arguments: [] },
  { code: '1000', text: 'command.timeoutAndRetries', arguments: [need('OverTime', 'number'), need('ReCount', 'number')] },
  { code: '1072', text: 'command.setPassword', arguments: [need('NewPW', 'password')] },
  { code: '3011', text: 'command.calibrate', arguments: [need('PolId', 'text')] },
  { code: '3012', text: 'command.sampleNow', arguments: [need('PolId', 'text')] },
  { code: '3013', text: 'command.clean', arguments: [need('PolId', 'text')] },
  { code: '3014', text: 'command.compare', arguments: [need('PolId', 'text')] },
];

/** `2026-11-23 08:00:00` → `20261123080000`, as the standard writes times; null when it is no time. */
export function deviceTime(text: string): string | null {
  const digits = text.replace(/\D/g, '');
  const full = digits.length === 8 ? `${digits}000000` : digits.length === 12 ? `${digits}00` : digits;
  if (full.length !== 14) return null;
  const iso = `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6, 8)}T${full.slice(8, 10)}:${full.slice(10, 12)}:${full.slice(12, 14)}Z`;
  const time = Date.parse(iso);
  // 30 February parses in some engines by rolling over: the text must survive the way there and back.
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 19) === iso.slice(0, 19) ? full : null;
}

/** The arguments as they go to the server, or the names of those that are missing or wrong. */
export function argumentsOf(command: Command, typed: Readonly<Record<string, string>>): { values: Record<string, string> } | { wrong: string[] } {
  const values: Record<string, string> = {};
  const wrong: string[] = [];
  for (const { name, kind, required } of command.arguments) {
    const text = typed[name]?.trim() ?? '';
    if (text === '') { if (required) wrong.push(name); continue; }
    const value = kind === 'time' ? deviceTime(text) : kind === 'number' && !/^\d+$/.test(text) ? null : text;
    if (value === null) wrong.push(name);
    else values[name] = value;
  }
  return wrong.length > 0 ? { wrong } : { values };
}
