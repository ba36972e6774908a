import type { Feature } from '../../ui/feature';
import { economyPermissions } from '../shared';

export const settings: Feature = {
  routes: [{ path: '/economy/settings', lazy: async () => ({ Component: (await import('./SettingsPage')).default }) }],
  rail: [{ group: 'economy', to: '/economy/settings', label: ['经济口径设置', 'Economy settings'], icon: 'edit', permission: economyPermissions.configure }],
};
