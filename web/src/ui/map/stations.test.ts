import { describe, expect, test } from 'vitest';
import type { AssetFeature, MapState } from '../../api/types';
import { boundsOf, severityOf, stationsOf } from './stations';

const feature = (id: number, parentId: number | null, geometry: object): AssetFeature => ({ type: 'Feature', id, geometry, properties: { id, parentId, kind: 'equipment', code: `C${id}`, nameZh: `站 ${id}`, nameEn: `Station ${id}`, category: null, heightM: null } }) as AssetFeature;
const point = (lon: number, lat: number) => ({ type: 'Point', coordinates: [lon, lat] });
const square = { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] };
const state = (assetId: number, kind: MapState['state'], priority: number | null = null): MapState => ({ assetId, state: kind, priority }) as MapState;

describe('The stations of the map', () => {
  test('stand where they are, the worst drawn last', () => {
    const shown = stationsOf([feature(1, null, point(1, 1)), feature(2, null, point(2, 2))], [state(1, 'alarm', 1), state(2, 'normal')], new Map());
    expect(shown.map(({ id, state: kind }) => [id, kind])).toEqual([[2, 'normal'], [1, 'alarm']]);
  });

  test('A thing without a place shows its alarm at the nearest one above that has a place', () => {
    const parents = new Map<number, number | null>([[7, 6], [6, 5], [5, null]]);
    const shown = stationsOf([feature(5, null, square)], [state(7, 'alarm', 2)], parents);
    expect(shown).toMatchObject([{ id: 5, state: 'alarm', priority: 2, position: [1, 1] }]);
  });

  test('A quiet area needs no symbol', () => expect(stationsOf([feature(5, null, square)], [state(5, 'normal')], new Map())).toEqual([]));

  test('The worst of several states is shown', () => {
    const parents = new Map<number, number | null>([[7, 5], [8, 5]]);
    expect(stationsOf([feature(5, null, square)], [state(7, 'offline'), state(8, 'alarm', 4), state(5, 'normal')], parents)).toMatchObject([{ state: 'alarm', priority: 4 }]);
  });

  test('An alarm carried up the tree stands only where it came from', () => {
    const parents = new Map<number, number | null>([[7, 5], [5, 4], [4, null]]);
    const features = [feature(4, null, square), feature(5, 4, square), feature(7, 5, point(1, 1))];
    expect(stationsOf(features, [state(7, 'alarm', 2), state(5, 'alarm', 2), state(4, 'alarm', 2)], parents).map((station) => station.id)).toEqual([7]);
    expect(stationsOf(features, [state(7, 'normal'), state(5, 'alarm', 2), state(4, 'alarm', 2)], parents).map((station) => station.id)).toEqual([7, 5]);
  });

  test('A circle in the tree ends', () => expect(stationsOf([feature(5, null, square)], [state(7, 'alarm', 1)], new Map([[7, 8], [8, 7]]))).toEqual([]));
});

test('Any alarm weighs more than silence, and silence more than health', () => {
  const order = [state(1, 'alarm', 1), state(1, 'alarm', 4), state(1, 'badQuality'), state(1, 'offline'), state(1, 'stale'), state(1, 'normal')].map(severityOf);
  expect(order).toEqual([...order].sort((a, b) => b - a));
  expect(new Set(order).size).toBe(order.length);
});

test('The park fits into its box', () => {
  expect(boundsOf([feature(1, null, square), feature(2, null, point(5, -1))])).toEqual([0, -1, 5, 2]);
  expect(boundsOf([])).toBeNull();
});
