import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import type { components } from '../../api/schema';

export type CockpitPanel = components['schemas']['CockpitPanel'];
export type CockpitFigure = components['schemas']['CockpitFigure'];
export type CockpitChart = components['schemas']['CockpitChart'];
export type CockpitRow = components['schemas']['CockpitRow'];
export type CockpitWeather = components['schemas']['CockpitWeather'];

export const cockpitQuery = (root: number | undefined) => queryOptions({
  queryKey: ['cockpit', root ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/cockpit', { params: { query: { root } }, signal })),
  placeholderData: keepPreviousData,
  // A wall hangs for weeks with nobody before it: it asks by itself.
  refetchInterval: 10_000,
  refetchIntervalInBackground: true,
});

export const wallGeoJsonQuery = (root: number | undefined) => queryOptions({
  queryKey: ['assets', 'geojson', root ?? null],
  queryFn: ({ signal }) => read(api.GET('/api/v1/assets/geojson', { params: { query: { root } }, signal })),
  staleTime: 5 * 60_000,
});
