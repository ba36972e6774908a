/** @property quality good, uncertain or bad, with the protocol's flag behind a colon. */
export interface LiveSample { pointId: number; time: string; value: number | null; quality: string }

/** `connecting` before the first word of the server, `live` while it speaks, `stale` when it has been silent too long. */
export type LiveStatus = 'connecting' | 'live' | 'stale';

/** The server says something at least every 2 s. After this silence what is on the screen may no longer be true. */
export const silenceLimitMs = 4_200;

/** Newest value of each point, whoever told it, and whether the line to the server is alive. No I/O, no timers. */
export class LiveStore {
  private readonly values = new Map<number, LiveSample>();
  private readonly pointListeners = new Map<number, Set<() => void>>();
  private readonly statusListeners = new Set<() => void>();
  private readonly sampleListeners = new Set<(samples: readonly LiveSample[]) => void>();
  private lastWord: number | null = null;
  private currentStatus: LiveStatus = 'connecting';

  get status(): LiveStatus { return this.currentStatus; }

  /** When the server was last heard, in the browser's clock; null before the first time. */
  get lastHeard(): number | null { return this.lastWord; }

  value(pointId: number): LiveSample | undefined { return this.values.get(pointId); }

  /** Any byte of the stream, also a heartbeat. */
  heard(now: number): void {
    this.lastWord = now;
    this.setStatus('live');
  }

  /** Asked about twice a second; also notices the hours a sleeping laptop did not count. */
  check(now: number): void {
    if (this.lastWord !== null && now - this.lastWord > silenceLimitMs) this.setStatus('stale');
  }

  /** Nobody answers at the other end: known at once, without waiting for the silence to grow long. */
  lost(): void {
    this.setStatus('stale');
  }

  accept(samples: readonly LiveSample[]): void {
    const news = samples.filter((sample) => {
      const known = this.values.get(sample.pointId);
      // Late samples belong into the store of the server, not on the screen.
      if (known && Date.parse(known.time) > Date.parse(sample.time)) return false;
      this.values.set(sample.pointId, sample);
      return true;
    });
    for (const sample of news) this.pointListeners.get(sample.pointId)?.forEach((listener) => listener());
    if (news.length > 0) this.sampleListeners.forEach((listener) => listener(news));
  }

  /** After a gap the kept values may be older than what the pages read again. */
  forgetValues(): void {
    const touched = [...this.values.keys()];
    this.values.clear();
    for (const pointId of touched) this.pointListeners.get(pointId)?.forEach((listener) => listener());
  }

  onPoint(pointId: number, listener: () => void): () => void {
    const listeners = this.pointListeners.get(pointId) ?? new Set();
    this.pointListeners.set(pointId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.pointListeners.delete(pointId);
    };
  }

  onStatus = (listener: () => void): (() => void) => {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  };

  onSamples(listener: (samples: readonly LiveSample[]) => void): () => void {
    this.sampleListeners.add(listener);
    return () => this.sampleListeners.delete(listener);
  }

  private setStatus(status: LiveStatus): void {
    if (status === this.currentStatus) return;
    this.currentStatus = status;
    this.statusListeners.forEach((listener) => listener());
  }
}
