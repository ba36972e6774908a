import { describe, expect, test } from 'vitest';
import { lookedAt, mostUrgent, newAlarms, nothingHeard, silenceAll, sounding } from './silence';
import { signals } from './tones';

const pump = { id: 7, priority: 3 };
const gas = { id: 9, priority: 1 };

describe('The horn', () => {
  test('sounds for what is unacknowledged, and is silenced without acknowledging', () => {
    const heard = lookedAt([pump], nothingHeard);
    expect(sounding([pump], heard)).toEqual([pump]);
    expect(sounding([pump], silenceAll([pump], heard))).toEqual([]);
  });

  test('sounds again for a new alarm after a silence, and only for that', () => {
    const silenced = silenceAll([pump], lookedAt([pump], nothingHeard));
    expect(newAlarms([pump, gas], silenced)).toEqual([gas]);
    expect(sounding([pump, gas], lookedAt([pump, gas], silenced))).toEqual([gas]);
  });

  test('sounds again for an alarm that went and came back', () => {
    const silenced = silenceAll([pump], lookedAt([pump], nothingHeard));
    const gone = lookedAt([], silenced);
    expect(newAlarms([pump], gone)).toEqual([pump]);
    expect(sounding([pump], lookedAt([pump], gone))).toEqual([pump]);
  });

  test('sounds like the most urgent', () => {
    expect(mostUrgent([pump, gas])).toBe(1);
    expect(mostUrgent([])).toBeNull();
    expect(newAlarms([pump, gas], nothingHeard)[0]).toBe(gas);
  });

  test('tells priorities apart by pitch and rhythm, and only the urgent ones repeat', () => {
    const looks = ([1, 2, 3, 4] as const).map((priority) => signals[priority]);
    expect(new Set(looks.map(({ tones }) => tones[0]?.pitch)).size).toBe(4);
    expect(looks.map(({ repeatSeconds }) => repeatSeconds !== null)).toEqual([true, true, false, false]);
    expect(looks.map(({ tones }) => tones.length)).toEqual([6, 2, 1, 1]);
  });
});
