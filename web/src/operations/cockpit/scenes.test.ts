import { expect, test } from 'vitest';
import { nextScene, scenesOf } from './scenes';

test('a system that is not there leaves no hole in the round of scenes', () => {
  expect(scenesOf(['perception', 'energy', 'energy', 'identifiers', 'unheard-of'])).toEqual(['overview', 'energy', 'identifiers', 'perception']);
  expect(scenesOf([])).toEqual(['overview']);
});

test('scenes go round in both directions', () => {
  const scenes = scenesOf(['energy', 'safety']);
  expect(nextScene(scenes, 'safety', 1)).toBe('overview');
  expect(nextScene(scenes, 'overview', -1)).toBe('safety');
  expect(nextScene(['overview'], 'overview', 1)).toBe('overview');
});
