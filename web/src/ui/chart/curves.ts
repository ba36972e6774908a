import type { Samples } from '../../api/types';
import { zoneOffset } from '../format';
import { gradeOf, type QualityGrade } from '../quality';

/** A point of a curve: park wall clock as if it were UTC (that is what the chart's time axis counts in), value or a break. */
export type XY = [x: number, y: number | null];

export interface Curve {
  /** Trustworthy samples; a null is a break that must not be bridged. */
  line: XY[];
  /** Samples the source itself calls invalid: shown as marks, never part of the line. */
  bad: XY[];
  uncertain: XY[];
  /** Samples with a break on both sides, which a line alone would not show. */
  lone: XY[];
}

const hour = 3_600_000;
const offsets = new Map<number, number>();

/** Instant → position on the axis. */
export function wallOf(instant: number): number {
  const key = Math.floor(instant / hour);
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size > 50_000) offsets.clear();
    offset = zoneOffset(instant);
    offsets.set(key, offset);
  }
  return instant + offset;
}

/** Neighbouring distances that tell the rhythm of a source at one place of its curve. */
const rhythmWindow = 6;

/**
 * After which samples the curve must break: where the silence is far longer than the rhythm on both sides of it. A curve that
 * joins over a longer silence would claim values nobody measured. The rhythm is taken nearby, because one curve may hold
 * quarter-hours fetched later beside seconds that came live.
 * @returns For each pair of neighbours (index of the first) whether they are apart.
 */
export function gapsOf(times: readonly number[]): boolean[] {
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time));
  // No rhythm is shorter than the shortest distance, so that most pairs need no look at their neighbours.
  const least = distances.reduce((least, distance) => (distance > 0 && distance < least ? distance : least), Infinity);
  return distances.map((distance, index) => {
    if (distance <= 4 * least) return false;
    const rhythm = Math.max(usual(distances.slice(Math.max(0, index - rhythmWindow), index)), usual(distances.slice(index + 1, index + 1 + rhythmWindow)));
    return rhythm > 0 && distance > 4 * rhythm;
  });
}

/** The upper quarter, which forgives a source that keeps no strict rhythm; 0 when there is too little to tell. */
function usual(distances: readonly number[]): number {
  if (distances.length < 2) return 0;
  const sorted = [...distances].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) * 0.75)] ?? 0;
}

export interface Reading { time: number; value: number | null; quality: QualityGrade | null }

export const readingsOf = (samples: Pick<Samples, 'times' | 'values' | 'qualities'>): Reading[] => samples.times.map((time, index) => ({
  time: Date.parse(time), value: samples.values[index] ?? null, quality: gradeOf(samples.qualities[index]),
}));

export function curveOf(readings: readonly Reading[]): Curve {
  const curve: Curve = { line: [], bad: [], uncertain: [], lone: [] };
  const present = readings.filter((reading) => reading.value !== null);
  const gaps = gapsOf(present.map((reading) => reading.time));
  present.forEach(({ time, value, quality }, index) => {
    const x = wallOf(time);
    if (quality === 'bad') {
      curve.bad.push([x, value]);
      // What lies on both sides of an invalid sample is not connected through it.
      if (curve.line.length > 0) curve.line.push([x, null]);
      return;
    }
    curve.line.push([x, value]);
    if (quality === 'uncertain') curve.uncertain.push([x, value]);
    if (gaps[index]) curve.line.push([wallOf(time + 1), null]);
  });
  curve.lone = curve.line.filter(([, value], index) => value !== null && (curve.line[index - 1]?.[1] ?? null) === null && (curve.line[index + 1]?.[1] ?? null) === null);
  return curve;
}

/** Lowest and highest of each bucket between which the true curve ran, with the same breaks as the mean. */
export function bandOf(low: readonly Reading[], high: readonly Reading[]): { low: XY[]; span: XY[] } {
  const highs = new Map(high.map((reading) => [reading.time, reading.value]));
  const present = low.filter((reading) => reading.value !== null && (highs.get(reading.time) ?? null) !== null);
  const gaps = gapsOf(present.map((reading) => reading.time));
  const band: { low: XY[]; span: XY[] } = { low: [], span: [] };
  present.forEach(({ time, value }, index) => {
    band.low.push([wallOf(time), value]);
    band.span.push([wallOf(time), (highs.get(time) ?? 0) - (value ?? 0)]);
    if (!gaps[index]) return;
    band.low.push([wallOf(time + 1), null]);
    band.span.push([wallOf(time + 1), null]);
  });
  return band;
}
