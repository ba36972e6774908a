import type { FilingDetail } from '../shared';

/** What stands in the fields of a form, by line or finding. */
export type Typed = Record<string, string>;

export const typedOf = (detail: FilingDetail): Typed => Object.fromEntries(detail.lines.flatMap((line) => (line.value === null ? [] : [[line.code, String(line.value)]])));

export const saidOf = (detail: FilingDetail): Typed => Object.fromEntries(detail.findings.flatMap((finding) => (finding.explanation ? [[finding.key, finding.explanation]] : [])));

/** What the server has kept, but for what was typed after it was sent: that stays. */
export const laterOf = (now: Typed, sent: Typed, kept: Typed): Typed => ({ ...kept, ...Object.fromEntries(Object.entries(now).filter(([key, text]) => text !== (sent[key] ?? ''))) });
