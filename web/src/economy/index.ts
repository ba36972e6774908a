import type { Feature } from '../ui/feature';
import { calculators } from './calculators';
import { plan } from './plan';
import { settings } from './settings';

/** Economic operation and the plan monitor: each folder is a desk with its pages, words and rail entry; a new desk is one line here, in the order of the rail. */
const desks: readonly Feature[] = [
  plan,
  calculators,
  settings,
];

export const economy: Feature = {
  room: 'economy',
  routes: desks.flatMap((desk) => desk.routes),
  rail: desks.flatMap((desk) => desk.rail ?? []),
  assetTabs: desks.flatMap((desk) => desk.assetTabs ?? []),
};
