export interface Difference { field: string; before: string | null; after: string | null }

/** Says nothing to a person, or changes with every save. */
const silent = new Set(['id', 'version', 'changed', 'changedBy', 'isLimitOfPoint', 'assetPath']);

/** Of a limit of a point: kept at the point, and in a change only sometimes said. */
const ofThePoint = new Set(['limit', 'deadband']);

type Json = Record<string, unknown>;
const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});

function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return null;
  return Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The members that differ; of a new or deleted definition those that say something. `ofPoint`: it is a limit of a point. */
export function differencesOf(before: unknown, after: unknown, ofPoint = false): Difference[] {
  const [was, is] = [asObject(before), asObject(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => !silent.has(field) && !(ofPoint && ofThePoint.has(field)))
    .map((field) => ({ field, before: textOf(was[field]), after: textOf(is[field]) }))
    .filter((row) => row.before !== row.after && !(row.before === null && isDefault(row.after)) && !(row.after === null && isDefault(row.before)));
}

/** What a member is when nobody said anything about it: not worth a line where the whole definition is new. */
const isDefault = (text: string | null): boolean => text === null || ['0', 'false', 'both', 'none'].includes(text);
