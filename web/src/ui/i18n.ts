import { createContext, useContext, useMemo } from 'react';
import { recall, remember } from './remember';

/** Our two languages. Chinese is written first; English is complete, because both stand in the same line of the source. */
export type Language = 'zh' | 'en';

/** One text in both languages. `{name}` is replaced by a value; `{n|one|many}` picks a word by the number `n`. */
export type TextPair = readonly [zh: string, en: string];
export type Texts = Record<string, TextPair>;
export type TextValues = Record<string, string | number>;

export const defineTexts = <const T extends Texts>(texts: T): T => texts;

/** Fills the braces of a text. A missing value stays visible as its name: better odd than silently wrong. */
export function fill(template: string, values: TextValues = {}): string {
  return template.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_all, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (one !== undefined && many !== undefined) return Number(value) === 1 ? one : many;
    return value === undefined ? `{${name}}` : String(value);
  });
}

export const pick = (pair: TextPair, language: Language): string => pair[language === 'zh' ? 0 : 1];

export interface LanguageSetting {
  language: Language;
  setLanguage: (language: Language) => void;
}

export const LanguageContext = createContext<LanguageSetting>({ language: 'zh', setLanguage: () => undefined });

export const useLanguage = (): Language => useContext(LanguageContext).language;

export type Translate<T extends Texts> = (key: keyof T & string, values?: TextValues) => string;

export function useTexts<T extends Texts>(texts: T): Translate<T> {
  const language = useLanguage();
  return useMemo(() => (key, values) => {
    const pair = texts[key];
    return pair === undefined ? key : fill(pick(pair, language), values);
  }, [texts, language]);
}

/** Picks the name of a thing that carries both; where one is empty the other serves. */
export function useName(): (zh: string | null | undefined, en: string | null | undefined) => string {
  const language = useLanguage();
  return useMemo(() => (zh, en) => (language === 'zh' ? zh || en : en || zh) || '', [language]);
}

/** The language of a server account (`zh-CN`, `en` …) as one of ours. */
export const languageOf = (code: string | null | undefined): Language => (code?.toLowerCase().startsWith('en') ? 'en' : 'zh');

export const localeOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en');

const storageKey = 'ordo.language';

export function rememberedLanguage(): Language {
  const stored = recall(storageKey);
  if (stored) return languageOf(stored);
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

export function rememberLanguage(language: Language): void {
  remember(storageKey, language);
  document.documentElement.lang = localeOf(language);
}
