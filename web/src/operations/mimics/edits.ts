import { symbols, symbolSize, type SymbolKind } from './symbols';

/** Where a symbol stands, in units of the drawing. */
export interface Place { x: number; y: number; w: number; h: number }

const round = (value: number): number => Math.round(value * 1000) / 1000;
export const transformOf = ({ x, y, w, h }: Place): string => `translate(${round(x)} ${round(y)}) scale(${round(w / symbolSize)} ${round(h / symbolSize)})`;

export function placeOf(transform: string | null): Place | null {
  const found = /^translate\(([-\d.]+) ([-\d.]+)\) scale\(([-\d.]+) ([-\d.]+)\)$/.exec(transform ?? '');
  if (!found) return null;
  const [x = 0, y = 0, sx = 1, sy = 1] = found.slice(1).map(Number);
  return { x, y, w: round(sx * symbolSize), h: round(sy * symbolSize) };
}

export const blank = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 600"></svg>';

/** A drawing as somebody edits it: read once, changed, written back as text. */
class Sheet {
  private readonly root: Element;
  constructor(text: string) { this.root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement; }

  find(id: string): Element | null { return this.root.querySelector(`[id="${CSS.escape(id)}"]`); }

  get viewBox(): [number, number, number, number] {
    const [x = 0, y = 0, w = 100, h = 100] = (this.root.getAttribute('viewBox') ?? '').split(' ').map(Number);
    return [x, y, w, h];
  }

  append(markup: string): void {
    const part = new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg">${markup}</svg>`, 'image/svg+xml').documentElement;
    this.root.append(...[...part.childNodes].map((node) => document.importNode(node, true)));
  }

  toString(): string { return new XMLSerializer().serializeToString(this.root); }
}

/** Elements that a binding can name, with their kind. */
export function elementsOf(svg: string): { id: string; kind: string }[] {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  return [...root.querySelectorAll('[id]')].filter((element) => /^(g|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|use|image)$/.test(element.localName)).map((element) => ({ id: element.id, kind: element.localName }));
}

/** Puts a symbol into the middle; its moving part gets an id of its own, so that it can be bound apart from the whole. */
export function withSymbol(svg: string, kind: SymbolKind): { svg: string; id: string } {
  const sheet = new Sheet(svg);
  let number = 1;
  while (sheet.find(`${kind}-${number}`)) number++;
  const id = `${kind}-${number}`;
  const [x, y, w, h] = sheet.viewBox;
  const place = { x: Math.round(x + w / 2), y: Math.round(y + h / 2), w: symbolSize, h: symbolSize };
  const inside = symbols[kind].replace('class="content"', `id="${id}-content"`).replace('<text ', `<text id="${id}-text" `);
  sheet.append(`<g id="${id}" class="symbol" transform="${transformOf(place)}">${inside}</g>`);
  return { svg: sheet.toString(), id };
}

/** Where a symbol stands and what its label says; `null` for what somebody drew elsewhere. */
export function symbolOf(svg: string, id: string): (Place & { text: string | null }) | null {
  const element = new Sheet(svg).find(id);
  const place = element?.classList.contains('symbol') ? placeOf(element.getAttribute('transform')) : null;
  return place && { ...place, text: element?.querySelector('text')?.textContent ?? null };
}

export function withPlace(svg: string, id: string, place: Place): string {
  const sheet = new Sheet(svg);
  sheet.find(id)?.setAttribute('transform', transformOf(place));
  return sheet.toString();
}

export function withText(svg: string, id: string, text: string): string {
  const sheet = new Sheet(svg);
  const label = sheet.find(id)?.querySelector('text');
  if (label) label.textContent = text;
  return sheet.toString();
}

export function without(svg: string, id: string): string {
  const sheet = new Sheet(svg);
  sheet.find(id)?.remove();
  return sheet.toString();
}
