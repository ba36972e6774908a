const brightMs = 600, turnMs = 1000;

/**
 * The one clock by which everything unacknowledged blinks, so that a list of alarms blinks as one and not like a fair: bright for 0.6 s, dim for 0.4 s.
 * A timer and not an animation: a property that is animated on the root costs a style pass over the whole page in every frame.
 */
export function startBlinking(): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const turn = (): void => {
    const phase = Date.now() % turnMs, dim = phase >= brightMs;
    document.documentElement.toggleAttribute('data-dim', dim && !still.matches && !document.hidden);
    setTimeout(turn, (dim ? turnMs : brightMs) - phase);
  };
  turn();
}
