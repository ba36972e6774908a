import type { Feature } from '../ui/feature';
import { filing } from './filing';
import { indicators } from './indicators';
import { lights } from './lights';
import { overview } from './overview';

const desks: readonly Feature[] = [overview, lights, indicators, filing];

/** Figures and forms of enterprises: what stands first in the room. */
export const monitoring: Feature = { room: 'economy', routes: desks.flatMap((desk) => desk.routes), rail: desks.flatMap((desk) => desk.rail ?? []), assetTabs: desks.flatMap((desk) => desk.assetTabs ?? []) };
