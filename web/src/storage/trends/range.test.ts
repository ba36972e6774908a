import { describe, expect, test } from 'vitest';
import { day, hour, minute, parseRange, shift, stepFor, stepMs, stretchOf, zoom } from './range';

describe('The interval follows what is visible', () => {
  test.each([[10 * minute, 'raw'], [3 * hour, 'raw'], [6 * hour, '1m'], [day, '1m'], [3 * day, '5m'], [7 * day, '15m'], [30 * day, '1h'], [365 * day, '1d']] as const)('%d ms → %s', (visible, step) => expect(stepFor(visible)).toBe(step));

  test('and never asks for more than about 1 500 values', () => {
    for (let visible = 4 * hour; visible < 1400 * day; visible *= 1.3) expect(visible / stepMs[stepFor(visible)]).toBeLessThanOrEqual(1500);
  });

  test('and gets coarser only', () => {
    let last = -1;
    for (let visible = minute; visible < 2000 * day; visible *= 1.5) {
      expect(stepMs[stepFor(visible)]).toBeGreaterThanOrEqual(last);
      last = stepMs[stepFor(visible)];
    }
  });
});

describe('Zooming', () => {
  test('keeps what is under the pointer', () => {
    const view = { from: 0, to: 100 * minute };
    const anchor = 25 * minute;
    const closer = zoom(view, 0.5, anchor);
    expect((anchor - closer.from) / (closer.to - closer.from)).toBeCloseTo(0.25);
    expect(closer.to - closer.from).toBe(50 * minute);
  });
  test('in and out comes home', () => {
    const view = { from: 5 * minute, to: 65 * minute };
    expect(zoom(zoom(view, 0.5), 2)).toEqual(view);
  });
  test('ends somewhere', () => {
    let view = { from: 0, to: hour };
    for (let times = 0; times < 60; times++) view = zoom(view, 0.5);
    expect(view.to - view.from).toBeGreaterThanOrEqual(10_000);
  });
});

test('Moving keeps the length', () => expect(shift({ from: 0, to: hour }, -minute)).toEqual({ from: -minute, to: hour - minute }));

describe('The range in the URL', () => {
  test('may be the last so much', () => expect(stretchOf(parseRange('6h', '', ''), 10 * hour)).toEqual({ from: 4 * hour, to: 10 * hour }));
  test('may be fixed', () => expect(parseRange('24h', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')).toEqual({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) }));
  test.each([['7x', '', ''], ['', 'soon', 'later'], ['24h', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z']])('that makes no sense becomes the last day', (last, from, to) => expect(parseRange(last, from, to)).toEqual({ last: '24h' }));
});
