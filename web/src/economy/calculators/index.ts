import type { Feature } from '../../ui/feature';

export const calculators: Feature = {
  routes: [{ path: '/economy/calculators', lazy: async () => ({ Component: (await import('./CalculatorPage')).default }) }],
  rail: [{ group: 'economy', to: '/economy/calculators', label: ['经济计算器', 'Calculators'], icon: 'calculator' }],
};
