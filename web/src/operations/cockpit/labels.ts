const margin = 4;

/** By how many pixels a label that is centred on `at` must move to lie within 0 … `width`; one that is wider than that begins at its left edge. */
export function inside(at: number, label: number, width: number): number {
  const left = at - label / 2;
  return Math.round(Math.max(margin, Math.min(left, width - label - margin)) - left);
}

/** Side of an alarm's shape and the gap between it and its name. */
const mark = 28;

/** Where a label stands by itself: the middle of its lower edge, right above its mark, and its size, in pixels. */
export interface Label { x: number; y: number; width: number; height: number }

/**
 * By how many pixels labels must move so that none lies outside of 0 … `width`, and none on another or its mark. The first ones stay; one that
 * would lie on them goes up (negative `y`).
 */
export function apart(labels: readonly Label[], width: number): { x: number; y: number }[] {
  const marks = labels.map(({ x, y }) => ({ left: x - mark / 2, right: x + mark / 2, top: y, bottom: y + mark }));
  const taken: typeof marks = [];
  return labels.map((label, own) => {
    const x = inside(label.x, label.width, width);
    const left = label.x - label.width / 2 + x, right = left + label.width;
    const others = [...taken, ...marks.filter((_, other) => other !== own)];
    let bottom = label.y;
    for (let below; (below = others.find((other) => left < other.right + margin && right > other.left - margin && bottom > other.top - margin && bottom - label.height < other.bottom + margin));) bottom = below.top - margin;
    taken.push({ left, right, top: bottom - label.height, bottom });
    return { x, y: Math.round(bottom - label.y) };
  });
}
