import type { Language } from '../../ui/i18n';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** As people read sizes: three digits at most before the unit. */
export function formatBytes(bytes: number): string {
  let value = bytes, unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${units[unit]}`;
}

/** Days as a rule keeps them. */
export const formatDays = (days: number | null | undefined, language: Language): string =>
  (days === null || days === undefined ? (language === 'zh' ? '永久' : 'for ever') : language === 'zh' ? `${days} 天` : `${days} d`);
