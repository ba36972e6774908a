import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';
import { AlarmBadge } from './alarms/AlarmBadge';
import { AlarmResident } from './sound/AlarmResident';

export const operations: Feature = {
  room: 'operations',
  routes: [
    { path: '/', lazy: async () => ({ Component: (await import('./map/ParkMapPage')).default }) },
    { path: '/alarms', lazy: async () => ({ Component: (await import('./alarms/AlarmDeskPage')).default }) },
    { path: '/alarm-performance', lazy: async () => ({ Component: (await import('./performance/PerformancePage')).default }) },
    { path: '/alarm-definitions', lazy: async () => ({ Component: (await import('./definitions/DefinitionListPage')).default }) },
    { path: '/alarm-definitions/:id', lazy: async () => ({ Component: (await import('./definitions/DefinitionEditPage')).default }) },
    { path: '/incidents', lazy: async () => ({ Component: (await import('./incidents/IncidentListPage')).default }) },
    { path: '/incidents/:id', lazy: async () => ({ Component: (await import('./incidents/IncidentPage')).default }) },
    { path: '/incidents/:id/report', lazy: async () => ({ Component: (await import('./incidents/IncidentReportPage')).default }) },
    { path: '/duty', lazy: async () => ({ Component: (await import('./duty/DutyPage')).default }) },
    { path: '/duty/handovers', lazy: async () => ({ Component: (await import('./duty/HandOverListPage')).default }) },
    { path: '/duty/handovers/:id', lazy: async () => ({ Component: (await import('./duty/HandOverPage')).default }) },
    { path: '/boards', lazy: async () => ({ Component: (await import('./boards/BoardListPage')).default }) },
    { path: '/boards/:id', lazy: async () => ({ Component: (await import('./boards/BoardPage')).default }) },
    { path: '/mimics', lazy: async () => ({ Component: (await import('./mimics/MimicListPage')).default }) },
    { path: '/mimics/:id', lazy: async () => ({ Component: (await import('./mimics/MimicPage')).default }) },
    { path: '/reports', lazy: async () => ({ Component: (await import('./reports/ReportListPage')).default }) },
    { path: '/reports/:id', lazy: async () => ({ Component: (await import('./reports/ReportPage')).default }) },
    { path: '/notifications', lazy: async () => ({ Component: (await import('./notifications/NotificationPage')).default }) },
    { path: '/my-notifications', lazy: async () => ({ Component: (await import('./notifications/MyNotificationsPage')).default }) },
  ],
  Resident: AlarmResident,
  bareRoutes: [
    { path: '/shared/:id', lazy: async () => ({ Component: (await import('./boards/SharedBoardPage')).default }) },
  ],
  wallRoutes: [
    { path: '/cockpit', lazy: async () => ({ Component: (await import('./cockpit/CockpitPage')).default }) },
  ],
  rail: [
    { group: 'operations', to: '/cockpit', label: ['驾驶舱', 'Cockpit'], icon: 'cube', permission: permissions.readPark },
    { group: 'operations', to: '/', label: ['园区地图', 'Park map'], icon: 'map', permission: permissions.readPark },
    { group: 'operations', to: '/alarms', label: ['告警', 'Alarms'], icon: 'alarm', permission: permissions.readAlarms, Badge: AlarmBadge },
    { group: 'operations', to: '/incidents', label: ['事件', 'Incidents'], icon: 'target', permission: permissions.readIncidents },
    { group: 'operations', to: '/duty', label: ['值班', 'Duty'], icon: 'clock', permission: permissions.readDuty },
    { group: 'operations', to: '/boards', label: ['看板', 'Boards'], icon: 'columns', permission: permissions.readReports },
    { group: 'operations', to: '/mimics', label: ['组态图', 'Mimic diagrams'], icon: 'mimic', permission: permissions.readReports },
    { group: 'operations', to: '/reports', label: ['报表', 'Reports'], icon: 'report', permission: permissions.readReports },
    { group: 'operations', to: '/alarm-performance', label: ['告警绩效', 'Alarm performance'], icon: 'gauge', permission: permissions.readAlarms },
    { group: 'operations', to: '/alarm-definitions', label: ['告警定义', 'Alarm definitions'], icon: 'rule', permission: permissions.readAlarms },
    { group: 'settings', to: '/notifications', label: ['通知规则', 'Notification'], icon: 'send', permission: permissions.configureNotifications },
    { group: 'settings', to: '/my-notifications', label: ['我的通知', 'My notifications'], icon: 'inbox', permission: permissions.readAlarms },
  ],
  assetTabs: [
    { key: 'alarms', label: ['告警', 'Alarms'], permission: permissions.readAlarms, load: () => import('./alarms/AssetAlarmsTab') },
    { key: 'mimic', label: ['组态', 'Mimic'], permission: permissions.readReports, load: () => import('./mimics/AssetMimicTab') },
    { key: 'board', label: ['看板', 'Board'], permission: permissions.readReports, load: () => import('./boards/AssetBoardTab') },
    { key: 'reports', label: ['报表', 'Reports'], permission: permissions.readReports, load: () => import('./reports/AssetReportsTab') },
  ],
};
