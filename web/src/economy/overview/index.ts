import type { Feature } from '../../ui/feature';
import { economyPermissions } from '../shared';

export const overview: Feature = {
  routes: [{ path: '/economy', lazy: async () => ({ Component: (await import('./OverviewPage')).default }) }],
  rail: [{ group: 'economy', to: '/economy', label: ['月度运行', 'The month'], icon: 'trend', permission: economyPermissions.read }],
};
