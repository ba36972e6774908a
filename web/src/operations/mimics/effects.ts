import { formatNumber, missing } from '../../ui/format';
import type { MimicBinding, MimicStep } from './queries';

export const colors = ['process', 'action', 'stopped', 'low', 'medium', 'high', 'critical'] as const;

/** Words that fit light and dark; the states have their one colour everywhere. */
const tokens: Record<string, string> = { process: 'var(--process)', action: 'var(--action)', stopped: 'var(--ink-3)', critical: 'var(--p1)', high: 'var(--p2)', medium: 'var(--p3)', low: 'var(--p4)' };

/** What a value does to an element. A member that is not there leaves the element as it is drawn. */
export interface Look {
  paint?: string;
  /** Part of the height that is cut off at the top, 0 … 1. */
  cut?: number;
  /** Degrees, clockwise. */
  turn?: number;
  spins?: boolean;
  /** Direction in which it flows. */
  flow?: -1 | 0 | 1;
  text?: string;
  hidden?: boolean;
}

export interface Shown { decimals: number; unitSymbol: string }

/** Pure: no value leaves everything as drawn, and a text says that there is none. */
export function lookOf(binding: MimicBinding, value: number | null, point: Shown | null): Look {
  if (value === null) return binding.effect === 'text' ? { text: missing } : {};
  const { min, max } = binding;
  const share = min != null && max != null ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
  switch (binding.effect) {
    case 'color': { const paint = paintOf(binding.steps ?? [], value); return paint === undefined ? {} : { paint }; }
    case 'level': return { cut: 1 - share };
    case 'rotation': return { turn: share * (binding.turn ?? 270) };
    case 'spin': return { spins: value > (min ?? 0) };
    case 'flow': return { flow: value > (min ?? 0) ? 1 : value < -(min ?? 0) ? -1 : 0 };
    case 'text': return { text: `${formatNumber(value, point?.decimals ?? 2)}${binding.unit !== false && point?.unitSymbol ? `\u2009${point.unitSymbol}` : ''}` };
    case 'visibility': return { hidden: (min != null && value < min) || (max != null && value > max) };
    default: return {};
  }
}

function paintOf(steps: readonly MimicStep[], value: number): string | undefined {
  const step = steps.findLast((each) => value >= each.from);
  return step && (tokens[step.color] ?? step.color);
}
