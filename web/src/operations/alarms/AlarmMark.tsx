import type { AlarmItem } from '../../api/types';
import { isPriority, PriorityShape } from '../../ui/StateShape';

export const isUnacknowledged = (alarm: Pick<AlarmItem, 'state'>): boolean => alarm.state === 'unacknowledged' || alarm.state === 'returnedUnacknowledged' || alarm.state === 'latchedUnacknowledged';

export function AlarmMark({ alarm, size = 18 }: { alarm: AlarmItem; size?: number }) {
  return isPriority(alarm.priority) ? <PriorityShape priority={alarm.priority} unacknowledged={isUnacknowledged(alarm)} size={size} /> : null;
}

/** A value without the point's decimals at hand: as short as it is. */
export const plainNumber = (value: number | null | undefined): string => (value === null || value === undefined ? '—' : String(Math.round(value * 1000) / 1000).replace('-', '−'));

/** Kinds that are about a number; the others have no limit to compare with. */
const numeric: readonly AlarmItem['kind'][] = ['lowLow', 'low', 'high', 'highHigh', 'deviation', 'rateOfChange', 'band'];
export const hasLimit = ({ kind }: Pick<AlarmItem, 'kind'>): boolean => numeric.includes(kind);
