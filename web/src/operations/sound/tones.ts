import type { Priority } from '../../ui/StateShape';

/** One beep: begins and lasts in seconds, pitch in Hz, loudness 0 … 1. */
export interface Tone { at: number; lasts: number; pitch: number; loudness: number }

export interface Signal {
  tones: readonly Tone[];
  /** Sounds again after so many seconds until silenced or acknowledged; null: once for each new alarm. */
  repeatSeconds: number | null;
}

const beeps = (count: number, pitch: number, lasts: number, gap: number, loudness: number): Tone[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * (lasts + gap), lasts, pitch, loudness }));

/**
 * What each priority sounds like. They differ in number, pitch and rhythm, so that they can be told apart with the back to the screen and by ears
 * that do not hear high notes any more; the urgent ones repeat, the others do not nag.
 */
export const signals: Record<Priority, Signal> = {
  1: { tones: [...beeps(3, 880, 0.14, 0.06, 0.5), ...beeps(3, 660, 0.14, 0.06, 0.5).map((tone) => ({ ...tone, at: tone.at + 0.6 }))], repeatSeconds: 2.5 },
  2: { tones: beeps(2, 740, 0.2, 0.12, 0.4), repeatSeconds: 6 },
  3: { tones: beeps(1, 587, 0.3, 0, 0.3), repeatSeconds: null },
  4: { tones: beeps(1, 392, 0.25, 0, 0.2), repeatSeconds: null },
};

/** Plays tones; nothing is loaded from anywhere. */
export class Horn {
  private context: AudioContext | null = null;

  /** Browsers let a page sound only after somebody touched it. */
  get isLocked(): boolean {
    return this.context?.state !== 'running';
  }

  /** Called in a click or a key press. */
  async unlock(): Promise<void> {
    this.context ??= new AudioContext();
    if (this.context.state !== 'running') await this.context.resume();
  }

  play({ tones }: Signal): void {
    const { context } = this;
    if (!context || context.state !== 'running') return;
    for (const tone of tones) this.beep(context, tone);
  }

  private beep(context: AudioContext, { at, lasts, pitch, loudness }: Tone): void {
    const begin = context.currentTime + at;
    const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: pitch });
    const gain = new GainNode(context, { gain: 0 });
    // A soft edge: a tone that begins at once clicks.
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loudness, begin + 0.015);
    gain.gain.setValueAtTime(loudness, begin + lasts - 0.03);
    gain.gain.linearRampToValueAtTime(0, begin + lasts);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + lasts);
  }
}
