import type { AlarmItem } from '../../api/types';
import { isPriority, PriorityShape } from '../../ui/StateShape';

export const isUnacknowledged = (alarm: Pick<AlarmItem, 'state'>): boolean => alarm.state === 'unacknowledged' || alarm.state === 'returnedUnacknowledged';

export function AlarmMark({ alarm, size = 18 }: { alarm: AlarmItem; size?: number }) {
  return isPriority(alarm.priority) ? <PriorityShape priority={alarm.priority} unacknowledged={isUnacknowledged(alarm)} size={size} /> : null;
}

/** A value without the point's decimals at hand: as short as it is. */
export const plainNumber = (value: number | null | undefined): string => (value === null || value === undefined ? '—' : String(Math.round(value * 1000) / 1000).replace('-', '−'));
