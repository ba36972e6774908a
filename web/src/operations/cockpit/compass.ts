import type { Language } from '../../ui/i18n';

const words: Record<Language, readonly string[]> = {
  zh: ['北', '东北', '东', '东南', '南', '西南', '西', '西北'],
  en: ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'],
};

/** From where the wind blows, in eight words. @param degrees clockwise from north, any turn. */
export const compass = (degrees: number, language: Language): string => words[language][((Math.round(degrees / 45) % 8) + 8) % 8] ?? '';
