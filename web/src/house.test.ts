import { expect, test } from 'vitest';

const sources = import.meta.glob<string>('./**/*.{ts,tsx}', { eager: true, query: '?raw', import: 'default' });
const rooms = ['foundation', 'perception', 'operations', 'storage', 'economy', 'energy', 'safety', 'environment', 'logistics', 'services', 'identifiers'];
const roomOf = (path: string): string => path.split('/')[1] ?? '';

/** Where an import of a file leads, from the folder `src`. */
function target(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const imports = Object.entries(sources).flatMap(([file, text]) => [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map((match) => ({ file, to: target(file, match[1] ?? '') })));

test('There is something to look at', () => expect(imports.length).toBeGreaterThan(200));

test('No feature imports another feature', () => {
  expect(imports.filter(({ file, to }) => rooms.includes(roomOf(file)) && rooms.includes(roomOf(to)) && roomOf(file) !== roomOf(to))).toEqual([]);
});

test('What all share knows no feature', () => {
  expect(imports.filter(({ file, to }) => ['ui', 'api', 'live'].includes(roomOf(file)) && rooms.includes(roomOf(to)))).toEqual([]);
});
