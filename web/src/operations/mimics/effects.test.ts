import { describe, expect, it } from 'vitest';
import { placeOf, transformOf } from './edits';
import { lookOf } from './effects';
import type { MimicBinding } from './queries';
import { symbolKinds, symbols } from './symbols';

const point = { decimals: 1, unitSymbol: 'kW' };
const bind = (effect: MimicBinding['effect'], rest: Partial<MimicBinding> = {}): MimicBinding => ({ element: 'e', effect, point: 'A/P', ...rest });

describe('what a value does to an element', () => {
  it('paints by the last step that is reached, and not below the first', () => {
    const color = bind('color', { steps: [{ from: 0, color: 'process' }, { from: 80, color: 'high' }, { from: 90, color: '#ff0000' }] });
    expect([-1, 0, 79.9, 80, 500].map((value) => lookOf(color, value, point).paint)).toEqual([undefined, 'var(--process)', 'var(--process)', 'var(--p2)', '#ff0000']);
  });
  it('fills from below and stays within the element', () => {
    const level = bind('level', { min: 10, max: 20 });
    expect([0, 10, 12.5, 20, 99].map((value) => lookOf(level, value, point).cut)).toEqual([1, 1, 0.75, 0, 0]);
  });
  it('turns by the part of the range', () => expect(lookOf(bind('rotation', { min: 0, max: 100, turn: 180 }), 25, point).turn).toBe(45));
  it('runs above its threshold, and flows backwards below the negative of it', () => {
    expect([0, 0.5, 1.5].map((value) => lookOf(bind('spin', { min: 1 }), value, point).spins)).toEqual([false, false, true]);
    expect([-2, -0.5, 0, 2].map((value) => lookOf(bind('flow', { min: 1 }), value, point).flow)).toEqual([-1, 0, 0, 1]);
  });
  it('writes the value as it is written everywhere, and a dash when there is none', () => {
    expect(lookOf(bind('text'), 1234.56, point).text).toBe('1,234.6\u2009kW');
    expect(lookOf(bind('text', { unit: false }), -2, point).text).toBe('−2.0');
    expect(lookOf(bind('text'), null, point).text).toBe('—');
  });
  it('hides outside of its range', () => expect([0, 1, 3, 4].map((value) => lookOf(bind('visibility', { min: 1, max: 3 }), value, point).hidden)).toEqual([true, false, false, true]));
  it('leaves everything as drawn without a value', () => expect(lookOf(bind('level', { min: 0, max: 1 }), null, point)).toEqual({}));
});

describe('the place of a symbol', () => {
  it('comes back from what is written', () => expect(placeOf(transformOf({ x: -12.5, y: 40, w: 90, h: 6 }))).toEqual({ x: -12.5, y: 40, w: 90, h: 6 }));
  it('is none of a transform somebody else wrote', () => expect([null, 'rotate(30)', 'translate(1,2)'].map((text) => placeOf(text))).toEqual([null, null, null]));
});

it('symbols hold no identifier: the same may stand in a drawing many times', () => expect(symbolKinds.filter((kind) => / id=/.test(symbols[kind]))).toEqual([]));
