import { economy } from './economy';
import { monitoring } from './economy/monitoring';
import { foundation } from './foundation';
import { identifiers } from './identifiers';
import { operations } from './operations';
import { perception } from './perception';
import { storage } from './storage';
import type { Feature } from './ui/feature';

/** The rooms of the house, in the order of the rail. A new system is a folder and one line here. */
export const features: readonly Feature[] = [operations, storage, monitoring, economy, perception, identifiers, foundation];
