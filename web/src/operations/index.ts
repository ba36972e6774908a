import type { Feature } from '../ui/feature';

export const operations: Feature = { routes: [] };
