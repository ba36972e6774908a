import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { alarmListQuery } from '../../api/shared';
import { permissions, useCan } from '../../ui/session';
import { lookedAt, mostUrgent, newAlarms, nothingHeard, silenceAll, sounding, type Heard, type WaitingAlarm } from './silence';
import { Horn, signals } from './tones';

/** As many as one look takes; a flood beyond that sounds by its most urgent, which come first. */
const most = 200;
export const waitingQuery = alarmListQuery({ state: 'unacknowledged', pageSize: most });

const storageKey = 'ordo.alarmSound';

export interface HornState {
  /** Alarms that want to be heard now. */
  sounding: readonly WaitingAlarm[];
  /** The browser does not let the page sound before somebody touches it. */
  locked: boolean;
  on: boolean;
}

/** The one horn of the console: which alarms it sounds for, and whether somebody silenced it. Outlives pages. */
class HornDesk {
  private readonly horn = new Horn();
  private readonly listeners = new Set<() => void>();
  private heard: Heard = nothingHeard;
  private alarms: readonly WaitingAlarm[] = [];
  private lastSounded = 0;
  private begun = false;
  state: HornState = { sounding: [], locked: true, on: localStorage.getItem(storageKey) !== 'off' };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** @returns The alarms that were not there at the last look; none at the first, which tells of the past. */
  look(alarms: readonly WaitingAlarm[]): readonly WaitingAlarm[] {
    const fresh = newAlarms(alarms, this.heard);
    this.heard = lookedAt(alarms, this.heard);
    this.alarms = alarms;
    this.update();
    const first = !this.begun;
    this.begun = true;
    const urgent = mostUrgent(first ? sounding(alarms, this.heard) : fresh);
    if (urgent !== null) this.sound(urgent);
    return first ? [] : fresh;
  }

  /** Called every half second: the urgent signals repeat until silenced or acknowledged. */
  tick(): void {
    const urgent = mostUrgent(this.state.sounding);
    const repeat = urgent === null ? null : signals[urgent].repeatSeconds;
    if (urgent !== null && repeat !== null && Date.now() - this.lastSounded >= repeat * 1000) this.sound(urgent);
    if (this.state.locked !== this.horn.isLocked) this.update();
  }

  silence(): void {
    this.heard = silenceAll(this.alarms, this.heard);
    this.update();
  }

  setOn(on: boolean): void {
    localStorage.setItem(storageKey, on ? 'on' : 'off');
    this.state = { ...this.state, on };
    this.update();
    if (on) void this.horn.unlock().then(() => this.horn.play(signals[4]));
  }

  readonly unlock = (): void => void this.horn.unlock().then(() => this.update());

  private sound(priority: 1 | 2 | 3 | 4): void {
    this.lastSounded = Date.now();
    if (this.state.on) this.horn.play(signals[priority]);
  }

  private update(): void {
    this.state = { ...this.state, sounding: sounding(this.alarms, this.heard), locked: this.horn.isLocked };
    this.listeners.forEach((listener) => listener());
  }
}

export const hornDesk = new HornDesk();

export const useHorn = (): HornState => useSyncExternalStore(hornDesk.subscribe, () => hornDesk.state);

/** Lets the horn follow the list of unacknowledged alarms, on every page of the console. */
export function useHornFollowsAlarms(onNew: (alarms: readonly WaitingAlarm[]) => void): void {
  const can = useCan();
  const query = useQuery({ ...waitingQuery, enabled: can(permissions.readAlarms) });
  const data = query.isPlaceholderData ? undefined : query.data;
  useEffect(() => {
    if (!data) return;
    const fresh = hornDesk.look(data.items);
    if (fresh.length > 0) onNew(fresh);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new list is the news, not a new function
  }, [data]);
  useEffect(() => {
    const timer = setInterval(() => hornDesk.tick(), 500);
    addEventListener('pointerdown', hornDesk.unlock);
    addEventListener('keydown', hornDesk.unlock);
    return () => { clearInterval(timer); removeEventListener('pointerdown', hornDesk.unlock); removeEventListener('keydown', hornDesk.unlock); };
  }, []);
}
