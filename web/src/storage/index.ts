import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';

export const storage: Feature = {
  room: 'storage',
  routes: [
    { path: '/trends', lazy: async () => ({ Component: (await import('./trends/TrendPage')).default }) },
    { path: '/calculations', lazy: async () => ({ Component: (await import('./calculations/CalculationListPage')).default }) },
    { path: '/calculations/:id', lazy: async () => ({ Component: (await import('./calculations/CalculationEditPage')).default }) },
    { path: '/settings/storage', lazy: async () => ({ Component: (await import('./care/StoragePage')).default }) },
  ],
  rail: [
    { group: 'operations', to: '/trends', label: ['趋势', 'Trends'], icon: 'trend', permission: permissions.readTelemetry },
    { group: 'storage', to: '/calculations', label: ['计算点', 'Calculated series'], icon: 'calculator', permission: permissions.readPark },
    { group: 'storage', to: '/settings/storage', label: ['数据存储', 'Data storage'], icon: 'storage', permission: permissions.readSystem },
  ],
  assetTabs: [{ key: 'trends', label: ['趋势', 'Trends'], permission: permissions.readTelemetry, load: () => import('./trends/AssetTrendsTab') }],
};
