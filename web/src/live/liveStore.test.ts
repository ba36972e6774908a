import { describe, expect, test, vi } from 'vitest';
import { LiveStore, silenceLimitMs, type LiveSample } from './liveStore';

const sample = (pointId: number, time: string, value: number): LiveSample => ({ pointId, time, value, quality: 'good' });

describe('The live line', () => {
  test('is connecting until the server speaks', () => {
    const store = new LiveStore();
    store.check(1_000_000);
    expect(store.status).toBe('connecting');
  });

  test('is stale within five seconds of silence', () => {
    const store = new LiveStore();
    store.heard(0);
    store.check(silenceLimitMs);
    expect(store.status).toBe('live');
    store.check(silenceLimitMs + 1);
    expect(store.status).toBe('stale');
    // The check runs twice a second: five seconds hold even when it comes at the worst moment.
    expect(silenceLimitMs + 500).toBeLessThan(5_000);
  });

  test('is live again with the first byte', () => {
    const store = new LiveStore();
    store.heard(0);
    store.check(60_000);
    store.heard(60_001);
    expect(store.status).toBe('live');
  });

  test('tells only of changes', () => {
    const store = new LiveStore();
    const listener = vi.fn();
    store.onStatus(listener);
    store.heard(0);
    store.heard(1);
    store.check(2);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('that never came up marks what the pages have read', () => {
    const store = new LiveStore();
    store.lost();
    expect(store.status).toBe('stale');
  });
});

describe('A value', () => {
  test('is the newest one by its own time', () => {
    const store = new LiveStore();
    store.accept([sample(1, '2026-11-23T00:00:10Z', 10)]);
    store.accept([sample(1, '2026-11-23T00:00:05Z', 5)]);
    expect(store.value(1)?.value).toBe(10);
  });

  test('reaches those who show it and nobody else', () => {
    const store = new LiveStore();
    const [one, two] = [vi.fn(), vi.fn()];
    store.onPoint(1, one);
    const stop = store.onPoint(2, two);
    store.accept([sample(1, '2026-11-23T00:00:10Z', 10)]);
    expect(one).toHaveBeenCalledTimes(1);
    expect(two).not.toHaveBeenCalled();
    stop();
    store.accept([sample(2, '2026-11-23T00:00:10Z', 10)]);
    expect(two).not.toHaveBeenCalled();
  });

  test('from before a gap is forgotten', () => {
    const store = new LiveStore();
    store.accept([sample(1, '2026-11-23T00:00:10Z', 10)]);
    store.forgetValues();
    expect(store.value(1)).toBeUndefined();
  });
});
