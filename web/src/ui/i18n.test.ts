import { describe, expect, test } from 'vitest';
import { fill, languageOf, type TextPair } from './i18n';

const modules = import.meta.glob<Record<string, Record<string, TextPair>>>('../**/texts.ts', { eager: true });
const texts = Object.entries(modules).flatMap(([file, module]) => Object.values(module).flatMap((all) => Object.entries(all).map(([key, pair]) => ({ where: `${file} ${key}`, pair }))));

const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)[|}]/g)].map((match) => match[1] ?? ''))].sort();

describe('Every text', () => {
  test('is found', () => expect(texts.length).toBeGreaterThan(100));

  test.each(texts)('$where stands in both languages with the same values', ({ pair: [zh, en] }) => {
    expect(zh.trim()).not.toBe('');
    expect(en.trim()).not.toBe('');
    // English may need the number once more for its plural, but knows no value the Chinese does not have.
    expect(placeholders(en)).toEqual(placeholders(zh));
  });

  test.each(texts.filter(({ where }) => !/language\./.test(where)))('$where has no Chinese in its English', ({ pair: [, en] }) => {
    expect(en).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test.each(texts)('$where does not shout', ({ pair }) => {
    expect(pair.join('')).not.toMatch(/[!！]/);
  });
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
