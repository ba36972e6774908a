import 'maplibre-gl/dist/maplibre-gl.css';
import { Map as MapLibre, Marker, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { AssetFeatures } from '../../api/types';
import { useLanguage, useName, useTexts } from '../i18n';
import { Icon } from '../Icon';
import { isPriority, PlainStateShape, PriorityShape } from '../StateShape';
import { token, useTheme } from '../theme';
import { clickable, mapStyle, selectedFilter, type MapColors } from './mapStyle';
import styles from './ParkMap.module.css';
import { boundsOf, type Station } from './stations';
import { mapTexts } from './texts';

setWorkerUrl(workerUrl);

export interface ParkMapProps {
  features: AssetFeatures;
  stations: readonly Station[];
  selectedId: number | undefined;
  onSelect: (assetId: number) => void;
}

/** Beyond this the quiet ones are left to zooming in; whatever is not normal is always drawn. */
const symbolLimit = 500;

export default function ParkMap({ features, stations, selectedId, onSelect }: ParkMapProps) {
  const t = useTexts(mapTexts);
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const [tilted, setTilted] = useState(false);
  const language = useLanguage();
  const { name: theme } = useTheme();
  const select = useRef(onSelect);
  useEffect(() => { select.current = onSelect; });

  useEffect(() => {
    if (!box.current) return;
    const made = new MapLibre({
      container: box.current, style: mapStyle(colors(), language, features, selectedId), attributionControl: false, pitchWithRotate: true, dragRotate: true, maxPitch: 60, minZoom: 8, maxZoom: 19,
      bounds: boundsOf(features.features) ?? [109, 40, 110, 41], fitBoundsOptions: { padding: 40 },
      locale: { 'Map.Title': t('map.label') },
    });
    made.on('click', (event) => {
      const [hit] = made.queryRenderedFeatures(event.point, { layers: clickable.filter((layer) => made.getLayer(layer)) });
      const id: unknown = hit?.properties['id'];
      if (typeof id === 'number') select.current(id);
    });
    for (const layer of clickable) {
      made.on('mouseenter', layer, () => { made.getCanvas().style.cursor = 'pointer'; });
      made.on('mouseleave', layer, () => { made.getCanvas().style.cursor = ''; });
    }
    // From here on there is room for every name.
    const nameAll = (): void => { made.getContainer().parentElement?.toggleAttribute('data-near', made.getZoom() >= 15.2); };
    made.on('zoom', nameAll);
    // Everything known is on the screen: said for those who cannot see it, first of all the browser tests.
    made.on('idle', () => made.getContainer().parentElement?.setAttribute('data-drawn', ''));
    made.on('error', ({ error }) => console.error(error));
    setMap(made);
    return () => { setMap(null); made.remove(); };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- made once; language, theme and data follow below
  }, []);

  const drawn = useRef({ features, language, theme });
  useEffect(() => {
    const last = drawn.current;
    if (!map || (last.features === features && last.language === language && last.theme === theme)) return;
    drawn.current = { features, language, theme };
    map.setStyle(mapStyle(colors(), language, features, selectedId));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a selection alone does not need a new style
  }, [map, features, language, theme]);

  useEffect(() => {
    if (map?.getLayer('selected')) map.setFilter('selected', selectedFilter(selectedId));
    const station = stations.find((each) => each.id === selectedId);
    if (map && station && !map.getBounds().contains(station.position)) map.easeTo({ center: station.position, duration: motion(500) });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a new selection moves the map, not a new state
  }, [map, selectedId]);

  const tilt = (): void => {
    map?.easeTo({ pitch: tilted ? 0 : 52, bearing: tilted ? 0 : -18, duration: motion(600) });
    setTilted(!tilted);
  };
  const fit = (): void => {
    const bounds = boundsOf(features.features);
    if (bounds) map?.fitBounds(bounds, { padding: 40, duration: motion(500) });
  };

  const quiet = Math.max(0, symbolLimit - stations.filter((station) => station.state !== 'normal').length);
  const normals = stations.filter((station) => station.state === 'normal').slice(0, quiet);
  const shown = [...normals, ...stations.filter((station) => station.state !== 'normal')];
  return (
    <div className={styles['frame']}>
      <div ref={box} className={styles['map']} />
      <div className={styles['tools']}>
        <button type="button" onClick={() => map?.zoomIn()} aria-label={t('map.zoomIn')} title={t('map.zoomIn')}><Icon name="plus" /></button>
        <button type="button" onClick={() => map?.zoomOut()} aria-label={t('map.zoomOut')} title={t('map.zoomOut')}><Icon name="minus" /></button>
        <button type="button" onClick={fit} aria-label={t('map.fit')} title={t('map.fit')}><Icon name="target" /></button>
        <button type="button" onClick={tilt} aria-pressed={tilted} aria-label={t('map.tilt')} title={t('map.tilt')}><Icon name="cube" /></button>
      </div>
      <Legend />
      {map && shown.map((station) => <StationMark key={station.id} map={map} station={station} selected={station.id === selectedId} onSelect={onSelect} />)}
    </div>
  );
}

/** One station: a button of the page, so that it has a name, takes the keyboard and blinks like every other alarm. */
function StationMark({ map, station, selected, onSelect }: { map: MapLibre; station: Station; selected: boolean; onSelect: (id: number) => void }) {
  const t = useTexts(mapTexts);
  const name = useName();
  const [element] = useState(() => document.createElement('div'));
  const marker = useRef<Marker>(null);
  const [lon, lat] = station.position;

  useEffect(() => {
    const made = new Marker({ element, anchor: 'center' }).setLngLat([lon, lat]).addTo(map);
    // The library names its elements "Map marker"; the button inside has the real name.
    element.removeAttribute('aria-label');
    element.removeAttribute('tabindex');
    marker.current = made;
    return () => { made.remove(); };
  }, [map, element, lon, lat]);

  useEffect(() => { element.style.zIndex = selected ? '3' : station.state === 'normal' ? '1' : '2'; }, [element, selected, station.state]);

  const title = name(station.nameZh, station.nameEn);
  const state = t(`state.${station.state}`) + (station.priority ? ` ${station.priority}` : '');
  return createPortal(
    <button type="button" className={`${styles['station']} ${selected ? styles['selected'] : ''} ${station.priority !== null && station.priority <= 2 ? '' : styles['quiet']}`} aria-pressed={selected} aria-label={`${title}，${state}`}
      onClick={(event) => { event.stopPropagation(); onSelect(station.id); }}>
      {isPriority(station.priority) && station.state === 'alarm' ? <PriorityShape priority={station.priority} size={22} decorative /> : <PlainStateShape state={station.state === 'alarm' ? 'normal' : station.state} size={station.state === 'normal' ? 18 : 22} />}
      <span className={styles['name']}>{title}</span>
    </button>,
    element,
  );
}

function Legend() {
  const t = useTexts(mapTexts);
  return (
    <ul className={styles['legend']} aria-label={t('map.legend')}>
      {([1, 2, 3, 4] as const).map((priority) => <li key={priority}><PriorityShape priority={priority} size={15} decorative />{t(`map.priority.${priority}`)}</li>)}
      {(['normal', 'stale', 'offline', 'badQuality'] as const).map((state) => <li key={state}><PlainStateShape state={state} size={15} />{t(`state.${state}`)}</li>)}
    </ul>
  );
}

const motion = (milliseconds: number): number => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : milliseconds);

const colors = (): MapColors => ({
  ground: token('map-ground'), zone: token('map-zone'), plot: token('map-plot'), building: token('map-building'), edge: token('map-edge'), road: token('map-road'),
  water: token('map-water'), green: token('map-green'), ink: token('ink'), ink2: token('ink-2'), action: token('action'), surface: token('surface'),
});
