import type { PointItem } from '../../api/types';
import type { ValueOf } from './useFigures';

export interface Range { min: number; max: number }

/** Where the colours begin and end: as somebody said, otherwise at 0 (or below) and at the largest. */
export function rangeOf(values: readonly (number | null)[], min: number | null | undefined, max: number | null | undefined): Range {
  const known = values.filter((value): value is number => value !== null);
  const low = min ?? Math.min(0, ...known), high = max ?? Math.max(...known, low);
  return { min: low, max: high > low ? high : low + 1 };
}

/** The part of the range, 0 … 1, of each place that is drawn. A meter without a place of its own colours the nearest place above it; several on one place are averaged. */
export function sharesOf(points: readonly Pick<PointItem, 'id' | 'assetId'>[], valueOf: ValueOf, { min, max }: Range, drawn: ReadonlySet<number>, parents: ReadonlyMap<number, number | null>): ReadonlyMap<number, number> {
  const values = new Map<number, number[]>();
  for (const point of points) {
    const value = valueOf(point.id);
    let place: number | null | undefined = point.assetId;
    for (let up = 0; up < 12 && place != null && !drawn.has(place); up++) place = parents.get(place);
    if (value !== null && place != null && drawn.has(place)) values.set(place, [...(values.get(place) ?? []), value]);
  }
  return new Map([...values].map(([place, all]) => [place, Math.min(1, Math.max(0, (all.reduce((sum, value) => sum + value, 0) / all.length - min) / (max - min)))]));
}
