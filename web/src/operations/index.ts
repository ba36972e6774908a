import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';
import { AlarmBadge } from './alarms/AlarmBadge';

export const operations: Feature = {
  routes: [
    { path: '/', lazy: async () => ({ Component: (await import('./map/ParkMapPage')).default }) },
    { path: '/alarms', lazy: async () => ({ Component: (await import('./alarms/AlarmListPage')).default }) },
  ],
  rail: [
    { group: 'operations', to: '/', label: ['园区地图', 'Park map'], icon: 'map', permission: permissions.readPark },
    { group: 'operations', to: '/alarms', label: ['告警', 'Alarms'], icon: 'alarm', permission: permissions.readAlarms, Badge: AlarmBadge },
  ],
  assetTabs: [
    { key: 'alarms', label: ['告警', 'Alarms'], permission: permissions.readAlarms, load: () => import('./alarms/AssetAlarmsTab') },
  ],
};
