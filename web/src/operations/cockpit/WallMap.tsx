import 'maplibre-gl/dist/maplibre-gl.css';
import { Map as MapLibre, Marker, setWorkerUrl, type ExpressionSpecification, type GeoJSONSource, type LngLat } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { AssetFeatures } from '../../api/types';
import { useLanguage } from '../../ui/i18n';
import { mapStyle } from '../../ui/map/mapStyle';
import { boundsOf, eachPosition, type Station } from '../../ui/map/stations';
import { apart } from './labels';
import { isPriority, PlainStateShape, PriorityShape } from '../../ui/StateShape';
import { token } from '../../ui/theme';
import { usePlaceName } from '../../ui/usePlaceName';
import styles from './Cockpit.module.css';

setWorkerUrl(workerUrl);

interface WallMapProps {
  features: AssetFeatures;
  stations: readonly Station[];
  /** What the scene colours: the part of the largest, 0 … 1, by asset. */
  shares: ReadonlyMap<number, number>;
  selectedId: number | undefined;
}

const pitch = 54, bearing = -20;

/** The park in three dimensions, drawn from its own GeoJSON. Colour only where something wants attention, or where the scene measures something. */
export default function WallMap({ features, stations, shares, selectedId }: WallMapProps) {
  const box = useRef<HTMLDivElement>(null);
  const language = useLanguage();
  const [map, setMap] = useState<MapLibre | null>(null);
  const coloured = useMemo(() => withStates(features, stations, shares), [features, stations, shares]);
  const bounds = useMemo(() => boundsOf(features.features), [features]);
  const home = useRef<Camera | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const color = (name: string): string => token(name, element);
    const style = mapStyle({
      ground: color('ground'), zone: color('map-zone'), plot: color('map-plot'), building: color('map-building'), edge: color('map-edge'), road: color('map-road'), water: color('map-water'),
      green: color('map-green'), ink: color('ink'), ink2: color('ink-2'), action: color('action'), surface: color('surface'),
    }, language, features, undefined);
    const made = new MapLibre({ container: element, style, attributionControl: false, interactive: false, fadeDuration: 0, maxPitch: 60, bounds: bounds ?? [109, 40, 110, 41], fitBoundsOptions: { padding: 20 } });
    made.once('load', () => {
      const priority: ExpressionSpecification = ['match', ['coalesce', ['get', 'priority'], 0], 1, color('p1'), 2, color('p2'), 3, color('p3'), 4, color('p4'),
        ['interpolate', ['linear'], ['coalesce', ['get', 'share'], 0], 0, color('map-building'), 1, color('action')]];
      made.setPaintProperty('building', 'fill-extrusion-color', priority);
      // Drawn higher than they are, as models of a park are: from five metres a plant of true height is flat.
      made.setPaintProperty('building', 'fill-extrusion-height', ['*', 2.2, ['coalesce', ['get', 'heightM'], 0]]);
      made.setPaintProperty('flat', 'fill-color', priority);
      made.setPaintProperty('enterprise', 'fill-color', ['interpolate', ['linear'], ['coalesce', ['get', 'share'], 0], 0, color('map-plot'), 1, color('action-soft')]);
      element.setAttribute('data-drawn', '');
      home.current = null;
      setMap(made);
    });
    return () => { setMap(null); made.remove(); };
    // A wall changes its park or its language once in weeks: it is then made anew.
  }, [features, bounds, language]);

  // Only the data changes, never the style: a style set every second would leak in weeks.
  useEffect(() => { (map?.getSource('park') as GeoJSONSource | undefined)?.setData(coloured as never); }, [map, coloured]);

  useEffect(() => {
    if (!map) return;
    const selected = features.features.filter((feature) => feature.properties.id === selectedId);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const target = boundsOf(selected);
    if (!target) {
      home.current ??= wholePark(map, features);
      map.easeTo({ ...home.current, pitch, bearing, duration: still ? 0 : 800 });
    } else {
      const camera = map.cameraForBounds(target, { padding: 160, bearing, maxZoom: 16.4 });
      if (camera) map.easeTo({ ...camera, pitch, bearing, duration: still ? 0 : 800 });
    }
    if (map.getLayer('selected')) map.setFilter('selected', ['==', ['get', 'id'], selectedId ?? -1]);
  }, [map, features, selectedId]);

  const marked = stations.filter((station) => station.state !== 'normal');
  const worst = useMemo(() => stations.filter((station) => station.state === 'alarm').slice(0, 3), [stations]);
  const callouts = useRef(new Map<number, HTMLSpanElement>());
  // A name near the edge stands beside its mark instead of half outside, and one that would lie on a worse one above it.
  useEffect(() => {
    if (!map) return;
    const settle = (): void => {
      const labels = worst.flatMap(({ id, position }) => { const label = callouts.current.get(id); return label ? [{ label, ...map.project([position[0], position[1]]) }] : []; });
      for (const [i, { x, y }] of apart(labels.map(({ label, x, y }) => ({ x, y, width: label.offsetWidth, height: label.offsetHeight })), map.getContainer().clientWidth).entries()) {
        const { label } = labels[i]!;
        label.style.transform = `translate(${x}px, ${y}px)`;
        label.parentElement?.style.setProperty('--lift', `${-y}px`);
      }
    };
    settle();
    const moved = map.on('moveend', settle), sized = map.on('resize', settle);
    return () => { moved.unsubscribe(); sized.unsubscribe(); };
  }, [map, worst]);
  return (
    <div className={styles['map']}>
      <div ref={box} className={styles['mapCanvas']} />
      {map && marked.slice(0, 200).map((station) => <Mark key={station.id} map={map} station={station} named={worst.includes(station)} callouts={callouts.current} />)}
    </div>
  );
}

interface Camera { center: LngLat; zoom: number }

/** Names of alarms stand above the park, the scenes below it. */
const margin = { x: 16, top: 56, bottom: 72 };

/** The camera with which the tilted park fills its frame, wide or not; what the library works out of bounds is for looking straight down. */
function wholePark(map: MapLibre, features: AssetFeatures): Camera {
  const corners: [number, number][] = [];
  for (const { geometry } of features.features) eachPosition((geometry as { coordinates?: unknown } | null)?.coordinates, (position) => corners.push(position));
  map.jumpTo({ pitch, bearing });
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  // What is near grows more than what is far: a few steps settle it.
  for (let step = 0; step < 4 && corners.length > 0; step++) {
    const seen = corners.map((corner) => map.project(corner));
    const [left, right] = [Math.min(...seen.map(({ x }) => x)), Math.max(...seen.map(({ x }) => x))];
    const [top, bottom] = [Math.min(...seen.map(({ y }) => y)), Math.max(...seen.map(({ y }) => y))];
    const larger = Math.min((width - 2 * margin.x) / Math.max(1, right - left), (height - margin.top - margin.bottom) / Math.max(1, bottom - top));
    const center = map.unproject([(left + right) / 2, (top + bottom) / 2 + (margin.bottom - margin.top) / 2 / larger]);
    map.jumpTo({ center, zoom: Math.min(17, map.getZoom() + Math.log2(larger)) });
  }
  return { center: map.getCenter(), zoom: map.getZoom() };
}

function Mark({ map, station, named, callouts }: { map: MapLibre; station: Station; named: boolean; callouts: Map<number, HTMLSpanElement> }) {
  const place = usePlaceName();
  const [element] = useState(() => document.createElement('div'));
  const [lon, lat] = station.position;
  useEffect(() => {
    const marker = new Marker({ element, anchor: 'bottom' }).setLngLat([lon, lat]).addTo(map);
    element.removeAttribute('aria-label');
    return () => { marker.remove(); };
  }, [map, element, lon, lat]);
  useEffect(() => { element.style.zIndex = named ? '3' : '1'; }, [element, named]);
  const callout = useCallback((label: HTMLSpanElement | null) => {
    if (label) callouts.set(station.id, label);
    else callouts.delete(station.id);
  }, [callouts, station.id]);
  const alarm = station.state === 'alarm' && isPriority(station.priority) ? station.priority : null;
  return createPortal(
    <div className={styles['mark']}>
      {named && <span className={styles['named']}><span ref={callout} className={styles['callout']} style={{ borderColor: `var(--p${alarm ?? 4})` }}>{place({ assetId: station.id, assetNameZh: station.nameZh, assetNameEn: station.nameEn })}</span></span>}
      {alarm ? <PriorityShape priority={alarm} size={26} /> : <PlainStateShape state={station.state === 'alarm' ? 'normal' : station.state} size={18} />}
    </div>,
    element,
  );
}

/** The worst alarm below each feature and its share of the scene, as properties the style reads. */
function withStates(features: AssetFeatures, stations: readonly Station[], shares: ReadonlyMap<number, number>): AssetFeatures {
  const parents = new Map(features.features.map((feature) => [feature.properties.id, feature.properties.parentId ?? null]));
  const priorities = new Map<number, number>();
  for (const { id, priority, parentId } of stations) {
    if (priority === null) continue;
    // A building glows for what stands in it; a whole enterprise would only hide where.
    for (const place of [id, parentId]) if (place !== null) priorities.set(place, Math.min(priority, priorities.get(place) ?? 5));
  }
  return {
    ...features,
    features: features.features.map((feature) => {
      const { id, parentId, kind } = feature.properties;
      const isPlace = kind === 'facility' || kind === 'equipment';
      const share = shares.get(id) ?? (parentId ? shares.get(parentId) ?? shares.get(parents.get(parentId) ?? -1) : undefined) ?? 0;
      return { ...feature, properties: { ...feature.properties, priority: isPlace ? priorities.get(id) ?? 0 : 0, share } };
    }),
  };
}
