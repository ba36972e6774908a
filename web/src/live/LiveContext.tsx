import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { createContext, useCallback, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { fetchRaw, notifySignedOut } from '../api/client';
import { LiveConnection, type LiveEventName } from './LiveConnection';
import { showNotice, type Notice } from './notices';
import { LiveStore, type LiveSample, type LiveStatus } from './liveStore';

interface Live { store: LiveStore; connection: LiveConnection }

const LiveContext = createContext<Live | null>(null);

/** Keeps the stream open while somebody is signed in to a server that has one, and lets the lists it concerns read again. */
export function LiveProvider({ enabled, children }: { enabled: boolean; children: ReactNode }) {
  const queries = useQueryClient();
  const { notification } = App.useApp();
  const live = useMemo(() => {
    const store = new LiveStore();
    const connection = new LiveConnection({
      store,
      open: (query, signal) => fetchRaw(`/api/v1/live${query}`, { signal, headers: { Accept: 'text/event-stream' }, cache: 'no-store' }),
      onRefused: notifySignedOut,
      onEvent: withNotices(createRefresher(queries), notification),
    });
    return { store, connection };
  }, [queries, notification]);

  useEffect(() => {
    if (!enabled) return undefined;
    live.connection.start();
    return () => live.connection.stop();
  }, [enabled, live]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

/** First segment of the query keys an event makes old. */
const concerned: Record<LiveEventName, readonly string[]> = {
  alarm: ['alarms', 'map-states', 'cockpit'],
  source: ['sources', 'map-states', 'cockpit'],
  notice: ['notifications'],
  hello: [],
  resync: ['alarms', 'sources', 'map-states', 'points', 'samples', 'cockpit'],
};

/** An alarm flood must not become a flood of requests: each list is read at most once a second. */
function createRefresher(queries: QueryClient): (name: LiveEventName) => void {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const lastRefresh = new Map<string, number>();
  return (name) => {
    for (const key of concerned[name]) {
      if (waiting.has(key)) continue;
      const wait = Math.max(50, 1000 - (Date.now() - (lastRefresh.get(key) ?? 0)));
      waiting.set(key, setTimeout(() => {
        waiting.delete(key);
        lastRefresh.set(key, Date.now());
        void queries.invalidateQueries({ queryKey: [key] });
      }, wait));
    }
  };
}

/** Messages for this person are shown as well. */
const withNotices = (refresh: (name: LiveEventName) => void, inside: Parameters<typeof showNotice>[1]) => (name: LiveEventName, data: unknown): void => {
  if (name === 'notice') showNotice(data as Notice, inside);
  refresh(name);
};

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('A live value is used outside of LiveProvider.');
  return live;
}

export function useLiveStatus(): LiveStatus {
  const { store } = useLive();
  return useSyncExternalStore(store.onStatus, () => store.status);
}

export const useLastHeard = (): number | null => useLive().store.lastHeard;

interface StoredValue { id: number; lastTime?: string | null | undefined; lastValue?: number | null | undefined; lastQuality?: string | null | undefined }

export interface CurrentValue { time: string | null; value: number | null; quality: string | null }

/** The newest of what a page has read and what the stream has said since. */
export function useCurrentValue(point: StoredValue): CurrentValue {
  const { store, connection } = useLive();
  const subscribe = useCallback((listener: () => void) => {
    const release = connection.want(point.id);
    const forget = store.onPoint(point.id, listener);
    return () => { release(); forget(); };
  }, [store, connection, point.id]);
  const live = useSyncExternalStore(subscribe, () => store.value(point.id));
  if (live && (!point.lastTime || Date.parse(live.time) >= Date.parse(point.lastTime))) {
    return { time: live.time, value: live.value, quality: live.quality };
  }
  return { time: point.lastTime ?? null, value: point.lastValue ?? null, quality: point.lastQuality ?? null };
}

/** Every sample of the given points as it comes, for a curve that grows. */
export function useLiveSamples(pointIds: readonly number[], onSamples: (samples: readonly LiveSample[]) => void): void {
  const { store, connection } = useLive();
  const key = pointIds.join(',');
  useEffect(() => {
    const ids = new Set(key === '' ? [] : key.split(',').map(Number));
    if (ids.size === 0) return;
    const releases = [...ids].map((id) => connection.want(id));
    const forget = store.onSamples((samples) => {
      const mine = samples.filter((sample) => ids.has(sample.pointId));
      if (mine.length > 0) onSamples(mine);
    });
    return () => { releases.forEach((release) => release()); forget(); };
  }, [store, connection, key, onSamples]);
}
