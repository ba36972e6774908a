import type { Flow } from './queries';

export interface Band { from: string; to: string; value: number }

/** Bands that can be drawn: those with the same ends are one, what is missing or not above zero is counted, and the first that leads back to where it came from is named and left out. */
export function flowsOf(flows: readonly Flow[], valueOf: (reference: string) => number | null): { places: string[]; bands: Band[]; missing: number; circle: string | null } {
  const bands = new Map<string, Band>();
  let missing = 0;
  let circle: string | null = null;
  for (const { from, to, point } of flows) {
    const value = valueOf(point);
    if (value === null || !(value > 0)) { missing++; continue; }
    if (reaches(bands, to, from)) { circle ??= `${from} → ${to}`; continue; }
    const key = JSON.stringify([from, to]);
    bands.set(key, { from, to, value: value + (bands.get(key)?.value ?? 0) });
  }
  return { places: [...new Set([...bands.values()].flatMap(({ from, to }) => [from, to]))], bands: [...bands.values()], missing, circle };
}

function reaches(bands: ReadonlyMap<string, Band>, from: string, to: string): boolean {
  const seen = new Set<string>(), open = [from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place === to) return true;
    if (seen.has(place)) continue;
    seen.add(place);
    for (const band of bands.values()) if (band.from === place) open.push(band.to);
  }
  return false;
}

/** The unit of what flowed: that of the points, times hours where their power was added up over the hours. */
export function flowUnit(units: readonly string[], figure: string): string {
  const [unit, ...others] = new Set(units);
  return unit === undefined || others.length > 0 ? '' : figure === 'integralHours' ? `${unit}·h` : unit;
}

const line = /^\s*(.+?)\s*(?:→|->)\s*(.+?)\s*=\s*(\S.*?)\s*$/;

/** Flows as somebody types them, one a line; the first line that is none. */
export function parseFlows(text: string): { flows: Flow[]; wrongLine: number | null } {
  const flows: Flow[] = [];
  for (const [index, each] of text.split('\n').entries()) {
    if (each.trim() === '') continue;
    const found = line.exec(each);
    if (!found) return { flows, wrongLine: index + 1 };
    const [, from = '', to = '', point = ''] = found;
    flows.push({ from, to, point });
  }
  return { flows, wrongLine: null };
}

export const writeFlows = (flows: readonly Flow[]): string => flows.map(({ from, to, point }) => `${from} → ${to} = ${point}`).join('\n');
