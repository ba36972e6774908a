import type { AssetFeature, MapState } from '../../api/types';
import { isPriority } from '../StateShape';

export interface Station { id: number; parentId: number | null; nameZh: string; nameEn: string; position: [lon: number, lat: number]; state: MapState['state']; priority: MapState['priority'] }

const severity: Record<MapState['state'], number> = { alarm: 10, badQuality: 4, offline: 3, stale: 2, normal: 1 };

/** The more somebody has to do about it, the larger. */
export const severityOf = (state: Pick<MapState, 'state' | 'priority'>): number => (state.state === 'alarm' ? 20 - (state.priority ?? 4) : severity[state.state]);

export const worse = <T extends Pick<MapState, 'state' | 'priority'>>(left: T | undefined, right: T): T => (left && severityOf(left) >= severityOf(right) ? left : right);

/**
 * The server carries states up the tree, so that every asset above an alarm shows it too. On the map the sign belongs where
 * the trouble is: a state that something below explains is left out.
 */
function ownStates(states: readonly MapState[], parents: ReadonlyMap<number, number | null>): MapState[] {
  const worstBelow = new Map<number, number>();
  for (const state of states) {
    const parent = parents.get(state.assetId);
    if (parent !== null && parent !== undefined) worstBelow.set(parent, Math.max(worstBelow.get(parent) ?? 0, severityOf(state)));
  }
  return states.filter((state) => (worstBelow.get(state.assetId) ?? 0) < severityOf(state));
}

/**
 * What is drawn as a symbol: every asset with a place of its own, and every area in which something without a place is not
 * normal. A meter that was never put on the map must not hide its alarm: it shows at the nearest asset above that has one.
 */
export function stationsOf(features: readonly AssetFeature[], states: readonly MapState[], parents: ReadonlyMap<number, number | null>): Station[] {
  const places = new Map(features.map((feature) => [feature.properties.id, feature]));
  const shown = new Map<number, MapState>();
  for (const state of ownStates(states, parents)) {
    let place: number | null | undefined = state.assetId;
    for (let steps = 0; place !== null && place !== undefined && !places.has(place) && steps < 20; steps++) place = parents.get(place);
    if (place !== null && place !== undefined) shown.set(place, worse(shown.get(place), { ...state, assetId: place }));
  }
  return features.flatMap((feature) => {
    const { id, parentId, nameZh, nameEn } = feature.properties;
    const state = shown.get(id);
    const isPoint = geometryType(feature) === 'Point';
    const position = isPoint || (state && state.state !== 'normal') ? anchorOf(feature) : null;
    if (!position || (isPoint && !state)) return [];
    const known = state ?? { state: 'normal' as const, priority: null };
    return [{ id, parentId: parentId ?? null, nameZh, nameEn, position, state: known.state, priority: isPriority(known.priority) ? known.priority : null }];
  }).sort((a, b) => severityOf(a) - severityOf(b));
}

const geometryType = (feature: AssetFeature): unknown => (feature.geometry as { type?: unknown } | null)?.type;

type Box = [west: number, south: number, east: number, north: number];

/** Smallest box around everything; null when there is nothing. */
export function boundsOf(features: readonly AssetFeature[]): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of features) eachPosition((feature.geometry as { coordinates?: unknown } | null)?.coordinates, ([lon, lat]) => {
    box[0] = Math.min(box[0], lon); box[1] = Math.min(box[1], lat); box[2] = Math.max(box[2], lon); box[3] = Math.max(box[3], lat);
  });
  return box[0] === Infinity ? null : box;
}

function anchorOf(feature: AssetFeature): [number, number] | null {
  const box = boundsOf([feature]);
  return box ? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] : null;
}

/** Every position of a geometry. */
export function eachPosition(coordinates: unknown, see: (position: [number, number]) => void): void {
  if (!Array.isArray(coordinates)) return;
  if (typeof coordinates[0] === 'number' && typeof coordinates[1] === 'number') see([coordinates[0], coordinates[1]]);
  else for (const each of coordinates) eachPosition(each, see);
}
