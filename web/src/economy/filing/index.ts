import type { Feature } from '../../ui/feature';
import { economyPermissions } from '../shared';

export const filing: Feature = {
  routes: [
    { path: '/economy/filing', lazy: async () => ({ Component: (await import('./FilingDeskPage')).default }) },
    { path: '/economy/filing/:id', lazy: async () => ({ Component: (await import('./FilingPage')).default }) },
    { path: '/economy/misfits', lazy: async () => ({ Component: (await import('./MisfitPage')).default }) },
  ],
  rail: [
    { group: 'economy', to: '/economy/filing', label: ['企业直报', 'Filing'], icon: 'edit', permission: economyPermissions.filings },
    { group: 'economy', to: '/economy/misfits', label: ['不相匹配的数据', 'Figures that do not fit'], icon: 'target', permission: economyPermissions.check },
  ],
};
