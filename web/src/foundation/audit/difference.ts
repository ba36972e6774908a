export interface Difference { field: string; before: unknown; after: unknown; changed: boolean }

/** Flattens two states of a thing into their fields: `limits.high` before and after. Lists are compared as a whole. */
export function differences(before: unknown, after: unknown): Difference[] {
  const left = flatten(before);
  const right = flatten(after);
  return [...new Set([...left.keys(), ...right.keys()])].map((field) => {
    const was = left.get(field);
    const is = right.get(field);
    return { field, before: was, after: is, changed: JSON.stringify(was ?? null) !== JSON.stringify(is ?? null) };
  });
}

function flatten(value: unknown, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, each] of Object.entries(value)) flatten(each, prefix === '' ? key : `${prefix}.${key}`, into);
  } else if (prefix !== '') into.set(prefix, value);
  return into;
}
