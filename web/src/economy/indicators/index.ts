import type { Feature } from '../../ui/feature';
import { economyPermissions } from '../shared';

export const indicators: Feature = {
  routes: [
    { path: '/economy/indicators', lazy: async () => ({ Component: (await import('./IndicatorListPage')).default }) },
    { path: '/economy/indicators/:code', lazy: async () => ({ Component: (await import('./IndicatorPage')).default }) },
  ],
  rail: [{ group: 'economy', to: '/economy/indicators', label: ['指标', 'Indicators'], icon: 'columns', permission: economyPermissions.read }],
};
