import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';
import { identifierPermissions as may } from './shared';

/** The identifier-resolution secondary node (标识解析二级节点). */
export const identifiers: Feature = {
  room: 'identifiers',
  routes: [
    { path: '/identifiers', lazy: async () => ({ Component: (await import('./OverviewPage')).default }) },
    { path: '/identifiers/statistics', lazy: async () => ({ Component: (await import('./StatisticsPage')).default }) },
    { path: '/identifiers/enterprises', lazy: async () => ({ Component: (await import('./EnterprisesPage')).default }) },
    { path: '/identifiers/prefixes', lazy: async () => ({ Component: (await import('./PrefixesPage')).default }) },
    { path: '/identifiers/templates', lazy: async () => ({ Component: (await import('./TemplatesPage')).default }) },
    { path: '/identifiers/items', lazy: async () => ({ Component: (await import('./ItemsPage')).default }) },
    { path: '/identifiers/jobs', lazy: async () => ({ Component: (await import('./JobsPage')).default }) },
    { path: '/identifiers/labels', lazy: async () => ({ Component: (await import('./LabelsPage')).default }) },
    { path: '/identifiers/reports', lazy: async () => ({ Component: (await import('./ReportsPage')).default }) },
    { path: '/identifiers/nodes', lazy: async () => ({ Component: (await import('./NodesPage')).default }) },
    { path: '/identifiers/changes', lazy: async () => ({ Component: (await import('./ChangesPage')).default }) },
    { path: '/identifiers/bench', lazy: async () => ({ Component: (await import('./BenchPage')).default }) },
  ],
  // Whoever scans a code has no account.
  bareRoutes: [{ path: '/id/*', lazy: async () => ({ Component: (await import('./CodePage')).default }) }],
  assetTabs: [{ key: 'code', label: ['标识', 'Code'], permission: may.read, load: () => import('./AssetCodeTab') }],
  rail: [
    { group: 'identifiers', to: '/identifiers', label: ['节点概览', 'Node'], icon: 'gauge', permission: may.read },
    { group: 'identifiers', to: '/identifiers/statistics', label: ['统计分析', 'Statistics'], icon: 'trend', permission: may.read },
    { group: 'identifiers', to: '/identifiers/enterprises', label: ['接入企业', 'Enterprises'], icon: 'asset', permission: may.read },
    { group: 'identifiers', to: '/identifiers/prefixes', label: ['企业前缀', 'Prefixes'], icon: 'token', permission: may.read },
    { group: 'identifiers', to: '/identifiers/templates', label: ['元数据模板', 'Templates'], icon: 'rule', permission: may.read },
    { group: 'identifiers', to: '/identifiers/items', label: ['标识', 'Identifiers'], icon: 'code', permission: may.read },
    { group: 'identifiers', to: '/identifiers/jobs', label: ['批量注册', 'Registration by file'], icon: 'import', permission: may.read },
    { group: 'identifiers', to: '/identifiers/reports', label: ['上报', 'Reporting upward'], icon: 'send', permission: may.manage },
    { group: 'identifiers', to: '/identifiers/nodes', label: ['节点与副本', 'Nodes and replicas'], icon: 'target', permission: may.read },
    { group: 'identifiers', to: '/identifiers/changes', label: ['变更记录', 'Changes by protocol'], icon: 'audit', permission: permissions.readAudit },
    { group: 'identifiers', to: '/identifiers/bench', label: ['解析测试台', 'Test bench'], icon: 'search', permission: may.read },
  ],
};
