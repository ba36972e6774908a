import { formatNumber } from '../../ui/format';
import type { PlanValue } from './queries';

/** As published: no more decimals than it has, at most four. */
export function plain(value: number | null | undefined): string {
  if (value === null || value === undefined) return formatNumber(null, 0);
  const decimals = Math.min((String(Math.round(value * 1e4) / 1e4).split('.')[1] ?? '').length, 4);
  return formatNumber(value, decimals);
}

const signs: Record<PlanValue['qualifier'], string> = { exact: '', atLeast: '≥ ', moreThan: '> ', atMost: '≤ ', lessThan: '< ', about: '≈ ', rangeLow: '≥ ', rangeHigh: '≤ ' };

/** A bound is shown as one: "more than 260" is not 260. */
export const withSign = (value: Pick<PlanValue, 'value' | 'qualifier'> | null | undefined): string => (value?.value === null || value?.value === undefined ? plain(null) : signs[value.qualifier] + plain(value.value));

/** Room for numbers between the smallest and the largest, a tenth more on both sides. */
export function spanOf(values: readonly number[]): [number, number] {
  const low = Math.min(...values), high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.1;
  return [low - room, high + room];
}
