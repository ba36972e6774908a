import { gradeOf } from '../../ui/quality';
import { lookOf, type Look, type Shown } from './effects';
import type { MimicBinding } from './queries';

export interface MimicReading { value: number | null; quality: string | null; stale: boolean }

interface Bound { binding: MimicBinding; point: (Shown & { id: number }) | null; element: SVGElement; turned: SVGElement; drawn: { fill: string; stroke: string; text: string | null }; shown: string }

const name = 'http://www.w3.org/2000/svg';
const sheet = `
:host { display: block; fill: var(--ink); color: var(--process); }
svg { display: block; width: 100%; height: 100%; }
.turned { transform-box: fill-box; transform-origin: center; }
[data-spins] { animation: spin 2s linear infinite; }
[data-flow] { stroke-dasharray: 10 6; animation: flow 1s linear infinite; }
[data-flow='-1'] { animation-direction: reverse; }
[data-stale] { opacity: .4; }
[data-bad] { stroke: var(--bad); }
svg[data-lost] { opacity: .45; }
svg[data-lost] * { animation-play-state: paused !important; }
svg[data-editing] * { cursor: pointer; }
@keyframes spin { to { rotate: 360deg; } }
@keyframes flow { to { stroke-dashoffset: -16; } }
@media (prefers-reduced-motion: reduce) { [data-spins], [data-flow] { animation: none; } }
`;

/**
 * A drawing on the screen, in a shadow tree so that its styles end where it ends. Values wait until the browser paints: however fast they come, an element is
 * touched at most once a frame, and only when it looks different.
 */
export class MimicDrawing {
  private readonly shadow: ShadowRoot;
  private svg: SVGSVGElement | null = null;
  private bounds = new Map<number, Bound[]>();
  private readonly waiting = new Map<number, MimicReading>();
  private frame = 0;

  constructor(host: HTMLElement) {
    this.shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  }

  /** Shows a drawing that the server has cleaned, its elements bound to points. */
  load(text: string, bindings: readonly MimicBinding[], pointOf: (reference: string) => (Shown & { id: number }) | null): void {
    this.stop();
    const style = document.createElement('style');
    style.textContent = sheet;
    const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    if (root.namespaceURI !== name || root.localName !== 'svg') return;
    this.svg = document.importNode(root, true) as unknown as SVGSVGElement;
    this.shadow.replaceChildren(style, this.svg);
    this.bounds = new Map();
    for (const binding of bindings) {
      const element = this.find(binding.element);
      if (!element) continue;
      const point = pointOf(binding.point);
      const turned = binding.effect === 'spin' || binding.effect === 'rotation' ? wrap(element) : element;
      const bound: Bound = { binding, point, element, turned, drawn: { fill: element.style.fill, stroke: element.style.stroke, text: element.textContent }, shown: '' };
      if (point) this.bounds.set(point.id, [...(this.bounds.get(point.id) ?? []), bound]);
      else show(bound, { value: null, quality: null, stale: true });
    }
  }

  accept(readings: Iterable<readonly [pointId: number, reading: MimicReading]>): void {
    for (const [id, reading] of readings) if (this.bounds.has(id)) this.waiting.set(id, reading);
    if (this.waiting.size > 0 && this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  /** Nothing that is drawn may be true any more. */
  lost(isLost: boolean): void { this.svg?.toggleAttribute('data-lost', isLost); }

  editing(isEditing: boolean): void { this.svg?.toggleAttribute('data-editing', isEditing); }

  find(id: string): SVGElement | null { return this.svg?.querySelector<SVGElement>(`[id="${CSS.escape(id)}"]`) ?? null; }

  /** From client pixels to units of the drawing. */
  scale(): number { const box = this.svg?.viewBox.baseVal; const seen = this.svg?.getBoundingClientRect(); return box && seen && seen.width > 0 ? Math.max(box.width / seen.width, box.height / seen.height) : 1; }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.waiting.clear();
  }

  private flush(): void {
    this.frame = 0;
    for (const [id, reading] of this.waiting) this.bounds.get(id)?.forEach((bound) => show(bound, reading));
    this.waiting.clear();
  }
}

/** An angle of its own around the element: what the drawing itself turns or moves stays as it is. */
function wrap(element: SVGElement): SVGElement {
  if (element.parentElement?.classList.contains('turned')) return element.parentElement as unknown as SVGElement;
  const around = document.createElementNS(name, 'g');
  around.setAttribute('class', 'turned');
  element.replaceWith(around);
  around.append(element);
  return around;
}

function show(bound: Bound, reading: MimicReading): void {
  const look = lookOf(bound.binding, reading.value, bound.point);
  const bad = gradeOf(reading.quality) === 'bad';
  const key = `${JSON.stringify(look)}${reading.stale}${bad}`;
  if (key === bound.shown) return;
  bound.shown = key;
  const { element, turned } = bound;
  switch (bound.binding.effect) {
    case 'color': paint(bound, look.paint); break;
    case 'level': element.style.clipPath = look.cut === undefined ? '' : `inset(${(look.cut * 100).toFixed(2)}% 0 0 0)`; break;
    case 'rotation': turned.style.rotate = look.turn === undefined ? '' : `${look.turn.toFixed(2)}deg`; break;
    case 'spin': turned.toggleAttribute('data-spins', look.spins ?? false); break;
    case 'flow': if (look.flow) element.setAttribute('data-flow', String(look.flow)); else element.removeAttribute('data-flow'); break;
    case 'text': element.textContent = `${bad ? '?' : ''}${look.text ?? ''}${reading.stale && reading.value !== null ? ' ◷' : ''}`; break;
    case 'visibility': element.style.visibility = look.hidden ? 'hidden' : ''; break;
  }
  element.toggleAttribute('data-stale', reading.stale);
  element.toggleAttribute('data-bad', bad);
}

/** A line has no inside: what is not filled is painted along its line. Symbols of the library take `color`. */
function paint({ element, drawn }: Bound, color: Look['paint']): void {
  element.style.color = color ?? '';
  const hollow = (drawn.fill || element.getAttribute('fill')) === 'none' || element.localName === 'line';
  if (hollow) element.style.stroke = color ?? drawn.stroke;
  else element.style.fill = color ?? drawn.fill;
}
