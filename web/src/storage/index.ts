import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';

export const storage: Feature = {
  routes: [{ path: '/trends', lazy: async () => ({ Component: (await import('./trends/TrendPage')).default }) }],
  rail: [{ group: 'operations', to: '/trends', label: ['趋势', 'Trends'], icon: 'trend', permission: permissions.readTelemetry }],
  assetTabs: [{ key: 'trends', label: ['趋势', 'Trends'], permission: permissions.readTelemetry, load: () => import('./trends/AssetTrendsTab') }],
};
