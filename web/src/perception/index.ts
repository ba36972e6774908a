import type { Feature } from '../ui/feature';

export const perception: Feature = { routes: [] };
