import type { Feature } from '../../ui/feature';
import { economyPermissions } from '../shared';

export const overview: Feature = {
  routes: [{ path: '/economy', lazy: async () => ({ Component: (await import('./OverviewPage')).default }) }],
  assetTabs: [{ key: 'economy', label: ['经济', 'Economy'], permission: economyPermissions.read, kinds: ['region', 'city', 'park', 'zone', 'enterprise'], load: () => import('./AssetEconomyTab') }],
  rail: [{ group: 'economy', to: '/economy', label: ['月度运行', 'The month'], icon: 'trend', permission: economyPermissions.read }],
};
