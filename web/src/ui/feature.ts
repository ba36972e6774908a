import type { ComponentType } from 'react';
import { createContext, useContext } from 'react';
import type { RouteObject } from 'react-router';
import type { Asset, AssetKind } from '../api/types';
import type { TextPair } from './i18n';

/** One platform, two centres, six systems, the node; then what all of them stand on. In the order of the rail. */
export const railGroups = ['operations', 'economy', 'energy', 'safety', 'environment', 'logistics', 'services', 'perception', 'storage', 'identifiers', 'park', 'settings'] as const;
export type RailGroup = (typeof railGroups)[number];

/** One room in the left rail. Shown only to those who may enter. */
export interface RailItem {
  group: RailGroup;
  to: string;
  label: TextPair;
  icon: string;
  permission?: string;
  /** As of a feature, for an item of a feature that is there in any case. */
  room?: string;
  /** A small number that wants attention, for example unclaimed sources. */
  Badge?: ComponentType;
}

/** What a system contributes to the page every asset has. */
export interface AssetTab {
  key: string;
  label: TextPair;
  permission?: string;
  room?: string;
  /** Kinds of assets the system has something to say about; without it all. */
  kinds?: readonly AssetKind[];
  load: () => Promise<{ default: ComponentType<{ asset: Asset }> }>;
}

/** Everything the shell has to know of a feature folder; features never import each other. */
export interface Feature {
  /** Name of the server's room without which there is nothing to show; a server may run without it. */
  room?: string;
  routes: RouteObject[];
  /** Pages outside of the shell: sign-in. */
  bareRoutes?: RouteObject[];
  /** Pages that fill the screen of somebody signed in: the wall. */
  wallRoutes?: RouteObject[];
  rail?: RailItem[];
  assetTabs?: AssetTab[];
  /** Stays in the top bar of every page: what must be seen or heard wherever somebody looks. */
  Resident?: ComponentType;
}

/** What of the features a server with these rooms has. */
export function openFeatures(features: readonly Feature[], rooms: readonly string[]): Feature[] {
  const isOpen = ({ room }: { room?: string }): boolean => room === undefined || rooms.includes(room);
  return features.filter(isOpen).map((feature) => ({ ...feature, rail: (feature.rail ?? []).filter(isOpen), assetTabs: (feature.assetTabs ?? []).filter(isOpen) }));
}

export const FeaturesContext = createContext<readonly Feature[]>([]);
export const useFeatures = (): readonly Feature[] => useContext(FeaturesContext);
