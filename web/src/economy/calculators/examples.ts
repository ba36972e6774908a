/** One worked example for each calculator of the server; the keys are the last part of its route. */
export const examples = {
  'growth': { current: 500, base: 465.549, priceIndex: 103.5 },
  'months': { current: [null, 222.6, 353.1], lastYear: [null, 210, 330] },
  'mean-growth': { rates: [8.1, 8.2, 7.4], target: 6, years: 5 },
  'contributions': { parts: [{ name: '采矿业', base: 40, current: 40.84 }, { name: '制造业', base: 45, current: 50.265 }, { name: '公用事业', base: 15, current: 17.445 }] },
  'concentration': { values: [50, 30, 20], largest: 2 },
  'location-quotient': { localIndustry: 30, localTotal: 100, wideIndustry: 150, wideTotal: 1000 },
  'efficiency': { output: 120000, landSquareMetres: 1000000, tax: 8200, energyTce: 9600, valueAdded: 36000, averageStaff: 900, salesOutput: 118000, grossOutput: 120000 },
  'pmi': {
    newOrders: { up: 30, same: 52, down: 18 }, production: { up: 28, same: 50, down: 22 }, employment: { up: 12, same: 74, down: 14 },
    supplierDelivery: { up: 10, same: 81, down: 9 }, rawMaterialStock: { up: 15, same: 66, down: 19 },
  },
  'composite-index': { components: [{ name: 'A', values: [100, 101.2, 100.8, 102, 103.1] }, { name: 'B', values: [50, 50.6, 50.1, 51, 50.7] }, { name: 'C', values: [3.2, 3.25, 3.15, 3.3, 3.4], isRate: true }] },
  'lights': { indicators: [{ name: '工业增加值', value: 10.1, mean: 7.2, deviation: 1.6 }, { name: '工业用电量', value: 7, limits: { blue: 1, lightBlue: 2, yellow: 8, red: 9 } }] },
  'park-evaluation': {
    parks: ['甲', '乙', '丙', '丁'], values: [[78, 6.2, 1.1, 0.62], [55, 4.1, 0.8, 0.95], [102, 5, 0.5, 1.4], [41, 2.6, 1.6, 0.48]],
    weights: [35, 30, 15, 20], lowIsGood: [false, false, false, true],
  },
  'suppression': { cells: [[{ total: 100, contributors: 5 }, { total: 20, contributors: 2 }, { total: 60, contributors: 4 }, { total: 500, contributors: 9 }]] },
  'unit-slip': { value: 9130000, history: [820, 900, 760, 1010, 870] },
  'plan-target': { target: { kind: 'ratio', base: 46.8, target: 60, start: '2021-01-01', end: '2025-12-31' }, actual: { asOf: '2023-12-31', value: 49.6 } },
  'series-marks': { series: [1, 2, 1, 2, 1, 2, 1, 2, 11, 12, 11, 12, 11, 12, 11, 12], period: 1 },
  'spring-festival': { year: 2026 },
  'nowcast': { steps: [{ period: '2025-01..2025-02', base: 100, output: 2, electricity: 1 }, { period: '2025-03', base: 100, output: 3.5, electricity: 2 }, { period: '2025-04', base: 100, output: 3.9, electricity: 3 }, { period: '2025-05', base: 100, output: 1.2, electricity: 0 }, { period: '2025-06', base: 100, output: -0.4, electricity: -2 }, { period: '2025-07', base: 100, output: 5.3, electricity: 4 }, { period: '2025-08', base: 100, output: 6.1, electricity: 5 }, { period: '2025-09', base: 100, output: 2.4, electricity: 1.5 }, { period: '2025-10', base: 100, output: 0.2, electricity: -1 }, { period: '2025-11', base: 100, output: 3.2, electricity: 2.5 }, { period: '2025-12', base: 100, output: 4.8, electricity: 3.5 }, { period: '2026-01..2026-02', base: 100, output: 1.6, electricity: 0.5 }], period: '2026-03', base: 100, electricity: 3 },
  'forecast': { series: [10, 12, 11, 13, 11, 13, 12, 14], period: 4, horizon: 4, method: 'combination' },
} as const;

export type CalculatorName = keyof typeof examples;
export const calculatorNames = Object.keys(examples) as CalculatorName[];
export const exampleText = (name: CalculatorName): string => JSON.stringify(examples[name], null, 2);
