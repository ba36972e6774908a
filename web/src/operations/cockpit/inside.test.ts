import { expect, it } from 'vitest';
import { inside } from './inside';

it.each([
  [500, 200, 1000, 0],
  [950, 200, 1000, -54],
  [20, 200, 1000, 84],
  [500, 2000, 1000, 504],
])('a label at %i of %i pixels on %i moves by %i', (at, label, width, moved) => expect(inside(at, label, width)).toBe(moved));
