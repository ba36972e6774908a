import type { Feature } from '../../ui/feature';
import { economyPermissions } from '../shared';

export const lights: Feature = {
  routes: [{ path: '/economy/lights', lazy: async () => ({ Component: (await import('./LightsPage')).default }) }],
  rail: [{ group: 'economy', to: '/economy/lights', label: ['预警信号灯', 'Warning lights'], icon: 'gauge', permission: economyPermissions.read }],
};
