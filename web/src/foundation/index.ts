import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';

export const foundation: Feature = {
  bareRoutes: [{ path: '/signin', lazy: async () => ({ Component: (await import('./signin/SignInPage')).default }) }],
  routes: [
    { path: '/points', lazy: async () => ({ Component: (await import('./points/PointListPage')).default }) },
  ],
  rail: [
    { group: 'park', to: '/points', label: ['点位', 'Points'], icon: 'point', permission: permissions.readPark },
  ],
};
