const margin = 4;

/** By how many pixels a label that is centred on `at` must move to lie within 0 … `width`; one that is wider than that begins at its left edge. */
export function inside(at: number, label: number, width: number): number {
  const left = at - label / 2;
  return Math.round(Math.max(margin, Math.min(left, width - label - margin)) - left);
}
