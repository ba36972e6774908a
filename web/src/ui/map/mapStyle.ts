import type { FeatureCollection } from 'geojson';
import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from 'maplibre-gl';
import type { AssetFeatures } from '../../api/types';
import type { Language } from '../i18n';

export interface MapColors { ground: string; zone: string; plot: string; building: string; edge: string; road: string; water: string; green: string; ink: string; ink2: string; action: string; surface: string }

const baseSource = 'park';

const kindIs = (kind: string): ExpressionSpecification => ['==', ['get', 'kind'], kind];
const isArea: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon'];
const isLine: ExpressionSpecification = ['==', ['geometry-type'], 'LineString'];
const categoryIn = (...categories: string[]): ExpressionSpecification => ['in', ['coalesce', ['get', 'category'], ''], ['literal', categories]];
const height: ExpressionSpecification = ['coalesce', ['get', 'heightM'], 0];
const ground = ['waterBody', 'greenBelt', 'road', 'railway', 'parking', 'pipeRack'];

export const selectedFilter = (id: number | undefined): FilterSpecification => ['==', ['get', 'id'], id ?? -1];

/** The park drawn from its own GeoJSON: no tile, glyph or sprite server, so that it works in a closed network. */
export function mapStyle(colors: MapColors, language: Language, features: AssetFeatures, selectedId: number | undefined): StyleSpecification {
  const name: ExpressionSpecification = language === 'zh'
    ? ['coalesce', ['get', 'nameZh'], ['get', 'nameEn']]
    : ['coalesce', ['get', 'nameEn'], ['get', 'nameZh']];
  // Without a glyph server the library draws letters with the browser's fonts of these names.
  const fonts = ['Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', 'sans-serif'];
  return {
    version: 8,
    sources: { [baseSource]: { type: 'geojson', data: features as unknown as FeatureCollection, promoteId: 'id' } },
    light: { anchor: 'viewport', intensity: 0.18, position: [1.4, 200, 35] },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': colors.ground } },
      { id: 'park-area', type: 'fill', source: baseSource, filter: ['all', isArea, kindIs('park')], paint: { 'fill-color': colors.zone, 'fill-opacity': 0.45 } },
      { id: 'zone', type: 'fill', source: baseSource, filter: ['all', isArea, kindIs('zone')], paint: { 'fill-color': colors.zone } },
      { id: 'enterprise', type: 'fill', source: baseSource, filter: ['all', isArea, kindIs('enterprise')], paint: { 'fill-color': colors.plot } },
      { id: 'water', type: 'fill', source: baseSource, filter: ['all', isArea, categoryIn('waterBody')], paint: { 'fill-color': colors.water } },
      { id: 'green', type: 'fill', source: baseSource, filter: ['all', isArea, categoryIn('greenBelt')], paint: { 'fill-color': colors.green } },
      { id: 'road-area', type: 'fill', source: baseSource, filter: ['all', isArea, categoryIn('road', 'parking')], paint: { 'fill-color': colors.road } },
      { id: 'park-edge', type: 'line', source: baseSource, filter: ['all', isArea, kindIs('park')], paint: { 'line-color': colors.edge, 'line-width': 1.5, 'line-dasharray': [4, 2] } },
      { id: 'zone-edge', type: 'line', source: baseSource, filter: ['all', isArea, kindIs('zone')], paint: { 'line-color': colors.edge, 'line-width': 1 } },
      { id: 'enterprise-edge', type: 'line', source: baseSource, filter: ['all', isArea, kindIs('enterprise')], paint: { 'line-color': colors.edge, 'line-width': 0.8 } },
      { id: 'road', type: 'line', source: baseSource, filter: ['all', isLine, categoryIn('road')], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': colors.road, 'line-width': ['interpolate', ['exponential', 2], ['zoom'], 11, 1, 17, 26] } },
      { id: 'line', type: 'line', source: baseSource, filter: ['all', isLine, ['!', categoryIn('road')]], paint: { 'line-color': colors.edge, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.8, 17, 2], 'line-dasharray': [3, 2] } },
      { id: 'flat', type: 'fill', source: baseSource, filter: ['all', isArea, ['any', kindIs('facility'), kindIs('equipment')], ['<=', height, 0], ['!', categoryIn(...ground)]], paint: { 'fill-color': colors.building, 'fill-opacity': 0.6 } },
      { id: 'building', type: 'fill-extrusion', source: baseSource, filter: ['all', isArea, ['>', height, 0]], paint: { 'fill-extrusion-color': colors.building, 'fill-extrusion-height': height, 'fill-extrusion-opacity': 0.95, 'fill-extrusion-vertical-gradient': true } },
      { id: 'selected', type: 'line', source: baseSource, filter: selectedFilter(selectedId), paint: { 'line-color': colors.action, 'line-width': 2 } },
      { id: 'zone-name', type: 'symbol', source: baseSource, maxzoom: 14.2, filter: ['all', isArea, kindIs('zone')], layout: { 'text-field': name, 'text-font': fonts, 'text-size': 13, 'text-padding': 6 }, paint: { 'text-color': colors.ink2, 'text-halo-color': colors.zone, 'text-halo-width': 1.5 } },
      { id: 'enterprise-name', type: 'symbol', source: baseSource, minzoom: 12.6, filter: ['all', isArea, kindIs('enterprise')], layout: { 'text-field': name, 'text-font': fonts, 'text-size': ['interpolate', ['linear'], ['zoom'], 12.6, 11, 16, 13], 'text-max-width': 8, 'text-padding': 4 }, paint: { 'text-color': colors.ink2, 'text-halo-color': colors.plot, 'text-halo-width': 1.5 } },
    ],
  };
}

/** Layers a click may mean a thing on, the smallest first. */
export const clickable = ['building', 'flat', 'enterprise', 'zone'];
