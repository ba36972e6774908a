import { expect, it } from 'vitest';
import { apart, inside } from './labels';

it.each([
  [500, 200, 1000, 0],
  [950, 200, 1000, -54],
  [20, 200, 1000, 84],
  [500, 2000, 1000, 504],
])('a label at %i of %i pixels on %i moves by %i', (at, label, width, moved) => expect(inside(at, label, width)).toBe(moved));

it('moves a label up that would lie on one before it or on a mark of another, past all of them', () => {
  const label = (x: number, y: number) => ({ x, y, width: 200, height: 30 });
  expect(apart([label(300, 400), label(350, 430), label(700, 400)], 1000)).toEqual([{ x: 0, y: 0 }, { x: 0, y: -64 }, { x: 0, y: 0 }]);
  expect(apart([label(300, 400), label(350, 390)], 1000)).toEqual([{ x: 0, y: -14 }, { x: 0, y: -38 }]);
});

it('leaves no two labels on each other, wherever they are', () => {
  let seed = 5;
  const next = (below: number): number => { seed = (seed * 48271) % 2147483647; return seed % below; };
  for (let round = 0; round < 300; round++) {
    const labels = Array.from({ length: 3 }, () => ({ x: next(1000), y: 300 + next(60), width: 40 + next(380), height: 20 + next(20) }));
    const placed = apart(labels, 1000).map(({ x, y }, i) => { const { width, height, ...at } = labels[i]!; return { left: at.x + x - width / 2, right: at.x + x + width / 2, bottom: at.y + y, top: at.y + y - height }; });
    for (const [i, a] of placed.entries()) for (const b of placed.slice(i + 1)) expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
  }
});
