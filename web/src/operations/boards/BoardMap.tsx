import 'maplibre-gl/dist/maplibre-gl.css';
import { Map as MapLibre, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { assetTreeQuery, geoJsonQuery } from '../../api/shared';
import type { AssetFeatures, PointItem } from '../../api/types';
import { formatNumber } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { mapStyle } from '../../ui/map/mapStyle';
import { boundsOf } from '../../ui/map/stations';
import { QueryView } from '../../ui/QueryView';
import { usePark } from '../../ui/shell/ParkSwitch';
import { token, useTheme } from '../../ui/theme';
import styles from './Boards.module.css';
import { rangeOf, sharesOf } from './mapShares';
import type { Period, Widget } from './queries';
import { boardTexts } from './texts';
import { useFigures, type ValueOf } from './useFigures';

setWorkerUrl(workerUrl);

interface BoardMapProps { widget: Widget; points: readonly PointItem[]; period: Period }

/** The park with the places of the points coloured by their figures. */
export default function BoardMap({ widget, points, period }: BoardMapProps) {
  const park = usePark();
  const features = useQuery(geoJsonQuery(park?.id));
  const figures = useFigures(points, period, widget.figure ?? 'mean');
  return <QueryView query={features} skeleton="block">{(data) => <QueryView query={figures} skeleton="block">{(valueOf) => <Layer widget={widget} points={points} features={data} valueOf={valueOf} />}</QueryView>}</QueryView>;
}

function Layer({ widget, points, features, valueOf }: Omit<BoardMapProps, 'period'> & { features: AssetFeatures; valueOf: ValueOf }) {
  const t = useTexts(boardTexts);
  const name = useName();
  const language = useLanguage();
  const { name: theme } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const tree = useQuery(assetTreeQuery()).data;
  const range = rangeOf(points.map((point) => valueOf(point.id)), widget.min, widget.max);
  const { min, max } = range;
  const shares = useMemo(() => sharesOf(points, valueOf, { min, max }, new Set(features.features.map((feature) => feature.properties.id)), new Map(tree?.map((node) => [node.id, node.parentId ?? null]))), [points, valueOf, min, max, features, tree]);
  const coloured = useMemo(() => ({ ...features, features: features.features.map((feature) => ({ ...feature, properties: { ...feature.properties, share: shares.get(feature.properties.id) ?? -1 } })) }), [features, shares]);
  const newest = useRef(coloured);
  newest.current = coloured;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = mapStyle({
      ground: token('map-ground'), zone: token('map-zone'), plot: token('map-plot'), building: token('map-building'), edge: token('map-edge'), road: token('map-road'), water: token('map-water'),
      green: token('map-green'), ink: token('ink'), ink2: token('ink-2'), action: token('action'), surface: token('surface'),
    }, language, features, undefined);
    const made = new MapLibre({ container: element, style, attributionControl: false, interactive: false, fadeDuration: 0, bounds: boundsOf(features.features) ?? [109, 40, 110, 41], fitBoundsOptions: { padding: 12 } });
    made.once('load', () => {
      const low = token('action-soft'), high = token('action');
      for (const [layer, property, plain] of [['building', 'fill-extrusion-color', 'map-building'], ['flat', 'fill-color', 'map-building'], ['enterprise', 'fill-color', 'map-plot']] as const) {
        if (made.getLayer(layer)) made.setPaintProperty(layer, property, ['case', ['<', ['coalesce', ['get', 'share'], -1], 0], token(plain), ['interpolate', ['linear'], ['get', 'share'], 0, low, 1, high]]);
      }
      (made.getSource('park') as GeoJSONSource | undefined)?.setData(newest.current as never);
      element.setAttribute('data-drawn', '');
      setMap(made);
    });
    return () => { setMap(null); made.remove(); };
  }, [features, language, theme]);

  useEffect(() => { (map?.getSource('park') as GeoJSONSource | undefined)?.setData(coloured as never); }, [map, coloured]);

  const [first] = points;
  const decimals = first?.decimals ?? 1;
  return (
    <div className={styles['map']}>
      <div ref={box} role="img" aria-label={points.map((point) => `${name(point.assetNameZh, point.assetNameEn)} ${formatNumber(valueOf(point.id), point.decimals)} ${point.unitSymbol}`).join(', ')} />
      {shares.size === 0 ? <p className={styles['quiet']}>{t('map.none')}</p> : <small className={styles['scale']}><span>{formatNumber(min, decimals)}</span><i /><span>{formatNumber(max, decimals)} {first?.unitSymbol}</span></small>}
    </div>
  );
}
