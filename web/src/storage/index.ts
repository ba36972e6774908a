import type { Feature } from '../ui/feature';

export const storage: Feature = { routes: [] };
