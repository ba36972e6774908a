import type { Widget } from './queries';

export const columns = 24;
export const rowHeight = 40;

type Place = Pick<Widget, 'x' | 'y' | 'w' | 'h'>;
const meet = (a: Place, b: Place): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Keeps a place within the grid. */
export const clamp = ({ x, y, w, h }: Place): Place => {
  const width = Math.min(columns, Math.max(2, Math.round(w)));
  return { x: Math.min(columns - width, Math.max(0, Math.round(x))), y: Math.max(0, Math.round(y)), w: width, h: Math.max(1, Math.round(h)) };
};

/** Puts one widget where somebody wants it; whatever it would cover moves down, and nothing else moves. */
export function placed<T extends Place>(widgets: readonly T[], index: number, place: Place): T[] {
  const next = widgets.map((widget, at) => (at === index ? { ...widget, ...clamp(place) } : widget));
  const moved = next[index];
  if (!moved) return next;
  const done: T[] = [moved];
  const rest = next.map((widget, at) => ({ widget, at })).filter(({ at }) => at !== index).sort((a, b) => a.widget.y - b.widget.y || a.widget.x - b.widget.x);
  for (const { widget, at } of rest) {
    let free = widget;
    for (let hit = done.find((other) => meet(free, other)); hit; hit = done.find((other) => meet(free, other))) free = { ...free, y: hit.y + hit.h };
    done.push(free);
    next[at] = free;
  }
  return next;
}

/** The first row below everything. */
export const bottom = (widgets: readonly Place[]): number => widgets.reduce((most, { y, h }) => Math.max(most, y + h), 0);
