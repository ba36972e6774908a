import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) { clearInterval(timer); timer = undefined; }
  };
}

/** The browser's clock, ticking once a second for every "3 分钟前" of the page together. */
export function useNow(everySeconds = 1): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / (everySeconds * 1000)) * everySeconds * 1000);
}
