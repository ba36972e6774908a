/** One field that somebody else changed while it was being edited here. */
export interface FieldConflict { field: string; was: unknown; theirs: unknown; mine: unknown; both: boolean }

export interface MergedEdit<T> { draft: T; conflicts: FieldConflict[] }

/**
 * Brings an edit onto a newer version: fields the user did not touch take the new value, touched ones keep the user's.
 * @param base What the form was opened with. @param mine What the user has made of it. @param theirs What the server has now.
 */
export function mergeEdit<T extends object>(base: T, mine: T, theirs: T): MergedEdit<T> {
  const draft = { ...theirs };
  const conflicts: FieldConflict[] = [];
  for (const field of Object.keys(theirs) as (keyof T & string)[]) {
    const touched = !same(base[field], mine[field]);
    const moved = !same(base[field], theirs[field]);
    if (touched) draft[field] = mine[field];
    if (moved) conflicts.push({ field, was: base[field], theirs: theirs[field], mine: touched ? mine[field] : base[field], both: touched && !same(mine[field], theirs[field]) });
  }
  return { draft, conflicts };
}

export const same = (left: unknown, right: unknown): boolean => left === right || JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
