import { expect, it } from 'vitest';
import { flowsOf, flowUnit, parseFlows, writeFlows } from './flows';

it('bands with the same ends are one, and what has no value is counted', () => {
  const values: Record<string, number | null> = { 'A/P': 3, 'B/P': 4, 'C/P': 0, 'D/P': null };
  const flows = ['A/P', 'B/P', 'C/P', 'D/P'].map((point) => ({ from: '电网', to: '变压器', point }));
  expect(flowsOf(flows, (reference) => values[reference] ?? null)).toEqual({ places: ['电网', '变压器'], bands: [{ from: '电网', to: '变压器', value: 7 }], missing: 2, circle: null });
});

it('a band that leads back to where it came from is named and left out, so that the rest is drawn', () => {
  const flow = (from: string, to: string) => ({ from, to, point: 'A/P' });
  const { bands, circle } = flowsOf([flow('a', 'b'), flow('b', 'c'), flow('c', 'a'), flow('d', 'd'), flow('a', 'c')], () => 1);
  expect([bands.map(({ from, to }) => from + to), circle]).toEqual([['ab', 'bc', 'ac'], 'c → a']);
});

it('what is typed comes back as it is written', () => {
  const text = '电网 → 1 号变 = EM01/P\n1 号变 → 车间 = @/P';
  expect(writeFlows(parseFlows(`\n${text.replace('→', '->')}\n`).flows)).toBe(text);
  expect(parseFlows('a → b = E/P\na b').wrongLine).toBe(2);
});

it('the unit is that of all, or none', () => expect([flowUnit(['kW', 'kW'], 'integralHours'), flowUnit(['kW', 't/h'], 'mean'), flowUnit(['t/h'], 'mean')]).toEqual(['kW·h', '', 't/h']));
