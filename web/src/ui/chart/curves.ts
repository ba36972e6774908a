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

/**
 * Longest distance of two samples that still belong together, from how the source usually sends; a curve that joins
 * over a longer silence would claim values nobody measured.
 */
export function gapLimit(times: readonly number[]): number {
  if (times.length < 3) return Infinity;
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time)).filter((distance) => distance > 0).sort((a, b) => a - b);
  const at = (share: number): number => distances[Math.min(distances.length - 1, Math.floor(distances.length * share))] ?? Infinity;
  // The middle tells the rhythm; the upper quarter forgives a source that keeps no rhythm.
  return Math.max(4 * at(0.5), 2 * at(0.75));
}

export interface Reading { time: number; value: number | null; quality: QualityGrade | null }

export const readingsOf = (samples: Samples): Reading[] => samples.times.map((time, index) => ({
  time: Date.parse(time), value: samples.values[index] ?? null, quality: gradeOf(samples.qualities[index]),
}));

export function curveOf(readings: readonly Reading[]): Curve {
  const curve: Curve = { line: [], bad: [], uncertain: [] };
  const present = readings.filter((reading) => reading.value !== null);
  const limit = gapLimit(present.map((reading) => reading.time));
  let previous: number | null = null;
  for (const { time, value, quality } of present) {
    const x = wallOf(time);
    if (quality === 'bad') {
      curve.bad.push([x, value]);
      // What lies on both sides of an invalid sample is not connected through it.
      if (curve.line.length > 0) curve.line.push([x, null]);
      previous = time;
      continue;
    }
    if (previous !== null && time - previous > limit) curve.line.push([wallOf(previous + 1), null]);
    curve.line.push([x, value]);
    if (quality === 'uncertain') curve.uncertain.push([x, value]);
    previous = time;
  }
  return curve;
}

/** Lowest and highest of each bucket between which the true curve ran, with the same breaks as the mean. */
export function bandOf(low: readonly Reading[], high: readonly Reading[]): { low: XY[]; span: XY[] } {
  const highs = new Map(high.map((reading) => [reading.time, reading.value]));
  const limit = gapLimit(low.filter((reading) => reading.value !== null).map((reading) => reading.time));
  const band: { low: XY[]; span: XY[] } = { low: [], span: [] };
  let previous: number | null = null;
  for (const { time, value } of low) {
    const top = highs.get(time);
    if (value === null || top === null || top === undefined) continue;
    if (previous !== null && time - previous > limit) {
      band.low.push([wallOf(previous + 1), null]);
      band.span.push([wallOf(previous + 1), null]);
    }
    band.low.push([wallOf(time), value]);
    band.span.push([wallOf(time), top - value]);
    previous = time;
  }
  return band;
}
