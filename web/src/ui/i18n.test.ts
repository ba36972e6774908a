import { describe, expect, test } from 'vitest';
import { fill, languageOf, type TextPair } from './i18n';

const modules = import.meta.glob<Record<string, Record<string, TextPair>>>('../**/texts.ts', { eager: true });
const texts = Object.entries(modules).flatMap(([file, module]) => Object.values(module).flatMap((all) => Object.entries(all).map(([key, pair]) => ({ where: `${file} ${key}`, pair }))));

const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)[|}]/g)].map((match) => match[1] ?? ''))].sort();

/** The texts that break a rule, by name: an empty list is what is wanted. */
const breaking = (rule: (pair: TextPair) => boolean): string[] => texts.filter(({ pair }) => rule(pair)).map(({ where }) => where);

describe('The texts', () => {
  test('are found', () => expect(texts.length).toBeGreaterThan(300));
  test('stand in both languages', () => expect(breaking(([zh, en]) => zh.trim() === '' || en.trim() === '')).toEqual([]));
  test('fill the same values in both', () => expect(breaking(([zh, en]) => placeholders(zh).join() !== placeholders(en).join())).toEqual([]));
  test('have no Chinese in their English, but for the names of languages', () => {
    expect(breaking(([, en]) => /[\u4e00-\u9fff]/.test(en)).filter((where) => !where.includes(' language.'))).toEqual([]);
  });
  test('do not shout', () => expect(breaking((pair) => /[!！]/.test(pair.join('')))).toEqual([]));
});

test('A plural follows its number', () => {
  expect(fill('{n} {n|row|rows}', { n: 1 })).toBe('1 row');
  expect(fill('{n} {n|row|rows}', { n: 3 })).toBe('3 rows');
});

test('A missing value stays visible', () => expect(fill('{name} is gone')).toBe('{name} is gone'));

test('A server language is one of ours', () => {
  expect(languageOf('en-GB')).toBe('en');
  expect(languageOf('zh-CN')).toBe('zh');
  expect(languageOf(null)).toBe('zh');
});
