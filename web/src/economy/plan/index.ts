import type { Feature } from '../../ui/feature';

export const plan: Feature = {
  routes: [
    { path: '/economy/plan', lazy: async () => ({ Component: (await import('./PlanBoardPage')).default }) },
    { path: '/economy/plan/targets/:id', lazy: async () => ({ Component: (await import('./TargetPage')).default }) },
    { path: '/economy/plan/documents', lazy: async () => ({ Component: (await import('./DocumentsPage')).default }) },
    { path: '/economy/plan/cases', lazy: async () => ({ Component: (await import('./CasesPage')).default }) },
    { path: '/economy/plan/cases/:id', lazy: async () => ({ Component: (await import('./CasePage')).default }) },
    { path: '/economy/plan/reports', lazy: async () => ({ Component: (await import('./ReportsPage')).default }) },
    { path: '/economy/plan/reports/:id', lazy: async () => ({ Component: (await import('./ReportPage')).default }) },
    { path: '/economy/plan/new', lazy: async () => ({ Component: (await import('./NewPlanPage')).default }) },
  ],
  rail: [
    { group: 'economy', to: '/economy/plan', label: ['规划监测', 'Plan monitor'], icon: 'target' },
    { group: 'economy', to: '/economy/plan/cases', label: ['纠偏事项', 'Correction cases'], icon: 'check', permission: 'plans.read' },
  ],
};
