import type { LiveSample, LiveStore } from './liveStore';
import { createEventParser } from './serverSentEvents';

export type LiveEventName = 'alarm' | 'source' | 'notice' | 'hello' | 'resync';

export interface LiveConnectionOptions {
  store: LiveStore;
  /** Opens the stream; throws when the server refuses or is not there. */
  open: (query: string, signal: AbortSignal) => Promise<Response>;
  /** The session is over: reconnecting would only repeat the refusal. */
  onRefused: () => void;
  onEvent: (name: LiveEventName, data: unknown) => void;
}

const checkEveryMs = 500;
/** A timer that is this late was not late: the machine slept. */
const sleepMs = 5_000;
const longestWaitMs = 5_000;
/** An attempt that neither opens nor fails (a firewall that swallows packets) is given up after this. */
const attemptLimitMs = 10_000;
/** Above this the filter is no longer worth its length: the whole scope is streamed. */
const filterLimit = 600;

/**
 * The one stream of the console. Opens again by itself after every kind of loss: an ended or broken response, a silent
 * line (dead proxy, sleeping laptop), a network that comes back.
 */
export class LiveConnection {
  private readonly options: LiveConnectionOptions;
  private readonly wanted = new Map<number, number>();
  private filter = new Set<number>();
  private current: AbortController | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private refilter: ReturnType<typeof setTimeout> | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private attempts = 0;
  private lastTick = 0;
  private attemptStarted = 0;
  private everConnected = false;
  private stopped = true;

  constructor(options: LiveConnectionOptions) {
    this.options = options;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.lastTick = Date.now();
    this.ticker = setInterval(this.tick, checkEveryMs);
    addEventListener('online', this.reconnectNow);
    document.addEventListener('visibilitychange', this.tick);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    clearTimeout(this.refilter);
    removeEventListener('online', this.reconnectNow);
    document.removeEventListener('visibilitychange', this.tick);
    this.current?.abort();
    this.current = null;
  }

  /** A value of this point is on the screen; until the returned function is called it is part of the stream. */
  want(pointId: number): () => void {
    this.wanted.set(pointId, (this.wanted.get(pointId) ?? 0) + 1);
    if (!this.filter.has(pointId)) this.scheduleRefilter();
    return () => {
      const left = (this.wanted.get(pointId) ?? 1) - 1;
      if (left > 0) this.wanted.set(pointId, left);
      else this.wanted.delete(pointId);
    };
  }

  private scheduleRefilter(): void {
    clearTimeout(this.refilter);
    // A page mounts all its values in one go: one new stream for all of them.
    this.refilter = setTimeout(() => { if (!this.stopped) this.connect(); }, 150);
  }

  private readonly tick = (): void => {
    const now = Date.now();
    const slept = now - this.lastTick > sleepMs;
    this.lastTick = now;
    const before = this.options.store.status;
    this.options.store.check(now);
    const lost = before === 'live' && this.options.store.status === 'stale';
    const hangs = this.options.store.status !== 'live' && now - this.attemptStarted > attemptLimitMs;
    if (slept || lost || hangs) this.reconnectNow();
  };

  private readonly reconnectNow = (): void => {
    if (this.stopped) return;
    this.attempts = 0;
    this.connect();
  };

  private connect(): void {
    clearTimeout(this.retry);
    this.attemptStarted = Date.now();
    const previous = this.current;
    const attempt = new AbortController();
    this.current = attempt;
    this.filter = new Set(this.wanted.keys());
    // The old stream speaks until the new one does, so that a change of page leaves no hole.
    void this.run(attempt, () => previous?.abort()).finally(() => previous?.abort());
  }

  private async run(attempt: AbortController, onOpen: () => void): Promise<void> {
    const { store, open, onRefused } = this.options;
    try {
      const response = await open(this.query(), attempt.signal).catch((error: unknown) => { if (!attempt.signal.aborted) store.lost(); throw error; });
      onOpen();
      this.attempts = 0;
      const gap = this.everConnected && store.status === 'stale';
      this.everConnected = true;
      store.heard(Date.now());
      // Named points begin with their newest values; a whole scope does not, and its pages may have read before this stream began.
      if (gap || this.filter.size > filterLimit) this.resync();
      await this.readAll(response, attempt.signal);
    } catch (error) {
      if (attempt.signal.aborted) return;
      if (isRefusal(error)) return onRefused();
    }
    if (this.current === attempt && !this.stopped) this.retryLater();
  }

  private async readAll(response: Response, signal: AbortSignal): Promise<void> {
    const parse = createEventParser(({ event, data }) => this.dispatch(event, data));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    while (reader && !signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      this.options.store.heard(Date.now());
      parse(value);
    }
  }

  private dispatch(event: string, data: string): void {
    const body: unknown = JSON.parse(data);
    if (event === 'sample') this.options.store.accept((Array.isArray(body) ? body : [body]) as LiveSample[]);
    else if (event === 'resync') this.resync();
    else if (event === 'alarm' || event === 'source' || event === 'notice' || event === 'hello') this.options.onEvent(event, body);
  }

  /** What happened while nobody listened is not repeated by the stream: the pages read again. */
  private resync(): void {
    this.options.store.forgetValues();
    this.options.onEvent('resync', null);
  }

  private query(): string {
    const points = [...this.filter];
    if (points.length > filterLimit) return '';
    // 0 is no point: a page without values still listens for alarms and sources.
    return `?points=${points.length === 0 ? '0' : points.join(',')}`;
  }

  private retryLater(): void {
    // The first time at once: a stream may end for reasons that need no waiting, such as a proxy's time limit.
    const wait = this.attempts === 0 ? 50 : Math.min(longestWaitMs, 250 * 2 ** this.attempts);
    this.attempts++;
    this.retry = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }
}

const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'status' in error && (error.status === 401 || error.status === 403);
