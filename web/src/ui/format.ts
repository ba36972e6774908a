import type { Language } from './i18n';

/** A missing value is a dash and never 0: no data is not zero emission. */
export const missing = '—';

const numberFormats = new Map<string, Intl.NumberFormat>();

/** @param decimals fixed number of decimals, from the quantity. */
export function formatNumber(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const key = String(decimals);
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    numberFormats.set(key, format);
  }
  const text = format.format(value);
  // "-0.00" only says that rounding happened; a minus sign of typography is easier to see than a hyphen.
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

export const formatCount = (value: number | null | undefined): string => formatNumber(value, 0);

const scales: Record<Language, readonly (readonly [number, string])[]> = {
  zh: [[1e8, '亿'], [1e4, '万']],
  en: [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']],
};

/** Short form for axes and figures: 万/亿 in Chinese, SI prefixes in English. Small values keep up to `decimals`. */
export function formatCompact(value: number | null | undefined, language: Language, decimals = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const scale = scales[language].find(([limit]) => Math.abs(value) >= limit);
  const [divisor, suffix] = scale ?? [1, ''];
  const text = trimZeros(formatNumber(value / divisor, scale ? Math.max(decimals, 1) : decimals));
  return `${text}${suffix}`;
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** The park's time zone. Statistics and clocks of the console are the park's, wherever the browser sits. */
export let parkZone = 'Asia/Shanghai';
export function setParkZone(zone: string): void {
  parkZone = zone;
  partFormats.clear();
}

const partFormats = new Map<string, Intl.DateTimeFormat>();

interface WallClock { year: number; month: number; day: number; hour: number; minute: number; second: number }

/** What a clock on the park's wall shows at an instant (milliseconds since the epoch). */
export function wallClock(instant: number, zone = parkZone): WallClock {
  let format = partFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    partFormats.set(zone, format);
  }
  const read = new Map(format.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => read.get(type) ?? 0;
  return { year: of('year'), month: of('month'), day: of('day'), hour: of('hour'), minute: of('minute'), second: of('second') };
}

/** How far the park's wall clock is ahead of UTC at an instant, in milliseconds. */
export function zoneOffset(instant: number, zone = parkZone): number {
  const wall = wallClock(instant, zone);
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return asUtc - Math.floor(instant / 1000) * 1000;
}

/** The instant at which the park's wall clock shows a time given as if it were UTC. */
export function instantOfWall(wallAsUtc: number, zone = parkZone): number {
  const guess = wallAsUtc - zoneOffset(wallAsUtc, zone);
  return wallAsUtc - zoneOffset(guess, zone);
}

const two = (value: number): string => String(value).padStart(2, '0');

export type Instant = string | number | null | undefined;

export function toMs(instant: Instant): number | null {
  if (instant === null || instant === undefined || instant === '') return null;
  const ms = typeof instant === 'number' ? instant : Date.parse(instant);
  return Number.isFinite(ms) ? ms : null;
}

/** `MM-DD HH:mm:ss`, the short form of lists. */
export function formatTime(instant: Instant): string {
  const ms = toMs(instant);
  if (ms === null) return missing;
  const wall = wallClock(ms);
  return `${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`;
}

/** `YYYY-MM-DD HH:mm:ss`, for hovering, editing and export. */
export function formatFullTime(instant: Instant): string {
  const ms = toMs(instant);
  return ms === null ? missing : `${wallClock(ms).year}-${formatTime(ms)}`;
}

export function formatDate(instant: Instant): string {
  return toMs(instant) === null ? missing : formatFullTime(instant).slice(0, 10);
}

const durationWords: Record<Language, readonly (readonly [number, string])[]> = {
  zh: [[86_400, ' 天'], [3_600, ' 小时'], [60, ' 分钟'], [1, ' 秒']],
  en: [[86_400, ' d'], [3_600, ' h'], [60, ' min'], [1, ' s']],
};

/** A length of time in its largest whole unit: "3 分钟", "3 min". */
export function formatDuration(milliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const words = durationWords[language];
  const [unit, word] = words.find(([size]) => seconds >= size) ?? words[words.length - 1] ?? [1, ''];
  return `${Math.floor(seconds / unit)}${word}`;
}

export function formatAge(instant: Instant, now: number, language: Language): string {
  const ms = toMs(instant);
  if (ms === null) return missing;
  const age = now - ms;
  if (age < 1000) return language === 'zh' ? '刚刚' : 'now';
  return language === 'zh' ? `${formatDuration(age, language)}前` : `${formatDuration(age, language)} ago`;
}
