export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Resolutions the store answers quickly: what was sent, and multiples of its minute, hour and day rollups. */
export const steps = ['raw', '1m', '5m', '15m', '1h', '1d'] as const;
export type Step = (typeof steps)[number];

const reach: readonly (readonly [Step, number])[] = [['raw', 3 * hour], ['1m', 1 * day], ['5m', 5 * day], ['15m', 14 * day], ['1h', 60 * day], ['1d', Infinity]];

/** The finest resolution that puts no more than about 1 500 values on the screen. */
export const stepFor = (visibleMs: number): Step => reach.find(([, longest]) => visibleMs <= longest)?.[0] ?? '1d';

export const stepMs: Record<Step, number> = { raw: 0, '1m': minute, '5m': 5 * minute, '15m': 15 * minute, '1h': hour, '1d': day };

/** How often a curve that ends now is read again; raw curves grow with the stream and only need to catch up. */
export const refreshSeconds = (step: Step): number => (step === 'raw' ? 60 : Math.min(300, Math.max(20, stepMs[step] / 2000)));

export const lasts = ['1h', '6h', '24h', '7d', '30d', '365d'] as const;
export type Last = (typeof lasts)[number];
export const lastMs: Record<Last, number> = { '1h': hour, '6h': 6 * hour, '24h': day, '7d': 7 * day, '30d': 30 * day, '365d': 365 * day };
export const isLast = (text: string): text is Last => (lasts as readonly string[]).includes(text);
export const isStep = (text: string): text is Step => (steps as readonly string[]).includes(text);

/** Either the last so much until now, moving on by itself, or a fixed stretch. */
export type TrendRange = { last: Last } | { from: number; to: number };

export interface Stretch { from: number; to: number }

/** As many as there are colours that can be told apart. */
export const maxCurves = 10;

export const shortest = 10_000;
export const longest = 20 * 365 * day;

/** Zooms about an anchor that stays where it is on the screen. A factor below 1 shows less time. */
export function zoom({ from, to }: Stretch, factor: number, anchor = (from + to) / 2): Stretch {
  const length = Math.min(longest, Math.max(shortest, (to - from) * factor));
  const share = (anchor - from) / (to - from);
  return { from: Math.round(anchor - length * share), to: Math.round(anchor + length * (1 - share)) };
}

export const shift = ({ from, to }: Stretch, by: number): Stretch => ({ from: from + by, to: to + by });

/** Reads the range of a trend from its URL; anything odd there becomes the last day. */
export function parseRange(last: string, from: string, to: string): TrendRange {
  const start = Date.parse(from);
  const end = Date.parse(to);
  if (Number.isFinite(start) && Number.isFinite(end) && end - start >= shortest) return { from: start, to: end };
  return { last: isLast(last) ? last : '24h' };
}

export const stretchOf = (range: TrendRange, now: number): Stretch => ('last' in range ? { from: now - lastMs[range.last], to: now } : range);
