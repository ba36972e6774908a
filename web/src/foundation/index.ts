import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';

export const foundation: Feature = {
  bareRoutes: [{ path: '/signin', lazy: async () => ({ Component: (await import('./signin/SignInPage')).default }) }],
  routes: [
    {
      path: '/assets', lazy: async () => ({ Component: (await import('./assets/AssetsPage')).default }),
      children: [
        { path: 'new', lazy: async () => ({ Component: (await import('./assets/NewAssetPage')).default }) },
        { path: ':id', lazy: async () => ({ Component: (await import('./assets/AssetPage')).default }) },
      ],
    },
    { path: '/points', lazy: async () => ({ Component: (await import('./points/PointListPage')).default }) },
    { path: '/points/:id', lazy: async () => ({ Component: (await import('./points/PointEditPage')).default }) },
    { path: '/settings/import', lazy: async () => ({ Component: (await import('./imports/ImportPage')).default }) },
    { path: '/settings/accounts', lazy: async () => ({ Component: (await import('./accounts/AccountListPage')).default }) },
    { path: '/settings/tokens', lazy: async () => ({ Component: (await import('./tokens/TokenListPage')).default }) },
    { path: '/settings/audit', lazy: async () => ({ Component: (await import('./audit/AuditPage')).default }) },
    { path: '/profile', lazy: async () => ({ Component: (await import('./profile/ProfilePage')).default }) },
  ],
  rail: [
    { group: 'park', to: '/assets', label: ['资产', 'Assets'], icon: 'asset', permission: permissions.readPark },
    { room: 'storage', group: 'park', to: '/points', label: ['点位', 'Points'], icon: 'point', permission: permissions.readPark },
    { group: 'park', to: '/settings/import', label: ['导入与导出', 'Import and export'], icon: 'import', permission: permissions.importPark },
    { group: 'settings', to: '/settings/accounts', label: ['账号与授权', 'Accounts and grants'], icon: 'account', permission: permissions.manageAccounts },
    { group: 'settings', to: '/settings/tokens', label: ['接口令牌', 'API tokens'], icon: 'token', permission: permissions.ownTokens },
    { group: 'settings', to: '/settings/audit', label: ['审计', 'Audit'], icon: 'audit', permission: permissions.readAudit },
  ],
  assetTabs: [
    { room: 'storage', key: 'live', label: ['实时值', 'Live values'], permission: permissions.readPark, load: () => import('./assets/AssetLiveTab') },
    { key: 'attributes', label: ['属性', 'Attributes'], permission: permissions.readPark, load: () => import('./assets/AssetAttributesTab') },
  ],
};
