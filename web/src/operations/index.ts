import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';
import { AlarmBadge } from './alarms/AlarmBadge';
import { AlarmResident } from './sound/AlarmResident';

export const operations: Feature = {
  routes: [
    { path: '/', lazy: async () => ({ Component: (await import('./map/ParkMapPage')).default }) },
    { path: '/alarms', lazy: async () => ({ Component: (await import('./alarms/AlarmDeskPage')).default }) },
    { path: '/alarm-performance', lazy: async () => ({ Component: (await import('./performance/PerformancePage')).default }) },
    { path: '/alarm-definitions', lazy: async () => ({ Component: (await import('./definitions/DefinitionListPage')).default }) },
    { path: '/alarm-definitions/:id', lazy: async () => ({ Component: (await import('./definitions/DefinitionEditPage')).default }) },
  ],
  Resident: AlarmResident,
  wallRoutes: [
    { path: '/cockpit', lazy: async () => ({ Component: (await import('./cockpit/CockpitPage')).default }) },
  ],
  rail: [
    { group: 'operations', to: '/cockpit', label: ['驾驶舱', 'Cockpit'], icon: 'cube', permission: permissions.readPark },
    { group: 'operations', to: '/', label: ['园区地图', 'Park map'], icon: 'map', permission: permissions.readPark },
    { group: 'operations', to: '/alarms', label: ['告警', 'Alarms'], icon: 'alarm', permission: permissions.readAlarms, Badge: AlarmBadge },
    { group: 'operations', to: '/alarm-performance', label: ['告警绩效', 'Alarm performance'], icon: 'gauge', permission: permissions.readAlarms },
    { group: 'operations', to: '/alarm-definitions', label: ['告警定义', 'Alarm definitions'], icon: 'rule', permission: permissions.readAlarms },
  ],
  assetTabs: [
    { key: 'alarms', label: ['告警', 'Alarms'], permission: permissions.readAlarms, load: () => import('./alarms/AssetAlarmsTab') },
  ],
};
