import { useCallback, useEffect, useState } from 'react';

/** The order in which the wall tells its story; a scene nobody has a panel for is not shown. */
const order = ['economy', 'energy', 'environment', 'safety', 'logistics', 'services', 'identifiers', 'perception'] as const;
export type Scene = 'overview' | (typeof order)[number];

export const scenesOf = (systems: readonly string[]): Scene[] => ['overview', ...order.filter((scene) => systems.includes(scene))];

export const sceneMs = 30_000;
/** Somebody stood before the wall and has left again. */
export const idleMs = 3 * 60_000;

export const nextScene = (scenes: readonly Scene[], current: Scene, step: 1 | -1): Scene =>
  scenes[(Math.max(0, scenes.indexOf(current)) + step + scenes.length) % scenes.length] ?? 'overview';

/** Which scene is on, turning by itself until somebody touches a key, and again when nobody has for a while. */
export function useScenes(scenes: readonly Scene[]): { scene: Scene; held: boolean; show: (scene: Scene) => void; turn: (step: 1 | -1) => void; touch: () => void; release: () => void } {
  const [chosen, setChosen] = useState<Scene>('overview');
  const [touched, setTouched] = useState<number | null>(null);
  const scene = scenes.includes(chosen) ? chosen : 'overview';
  const held = touched !== null;

  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => setChosen(nextScene(scenes, scene, 1)), sceneMs);
    return () => clearTimeout(timer);
  }, [held, scene, scenes]);

  useEffect(() => {
    if (touched === null) return;
    const timer = setTimeout(() => setTouched(null), idleMs);
    return () => clearTimeout(timer);
  }, [touched]);

  const touch = useCallback(() => setTouched(Date.now()), []);
  return {
    scene, held, touch,
    release: useCallback(() => setTouched(null), []),
    show: useCallback((next: Scene) => { touch(); setChosen(next); }, [touch]),
    turn: useCallback((step: 1 | -1) => { touch(); setChosen(nextScene(scenes, scene, step)); }, [touch, scenes, scene]),
  };
}
