import type { Feature } from '../ui/feature';
import { permissions } from '../ui/session';
import { UnclaimedBadge } from './UnclaimedBadge';

export const perception: Feature = {
  room: 'perception',
  routes: [
    { path: '/sources', lazy: async () => ({ Component: (await import('./sources/SourceListPage')).default }) },
    { path: '/sources/:id/claim', lazy: async () => ({ Component: (await import('./claim/ClaimPage')).default }) },
  ],
  rail: [{ group: 'perception', to: '/sources', label: ['数据源', 'Sources'], icon: 'source', permission: permissions.readSources, Badge: UnclaimedBadge }],
  assetTabs: [{ key: 'sources', label: ['数据源', 'Sources'], permission: permissions.readSources, load: () => import('./sources/AssetSourcesTab') }],
};
