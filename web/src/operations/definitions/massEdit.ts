import type { AlarmDefinition } from '../../api/types';
import { draftOf, editOf, fieldsOf, type DefinitionDraft } from './definitionDraft';

/** What can be changed of many at once; everything else is particular to one. */
export const massFields = ['priority', 'enabled', 'latching', 'onDelaySeconds', 'offDelaySeconds', 'deadband', 'severity', 'timeToRespondSeconds', 'stepUpAfterSeconds', 'requiredRole', 'consequence', 'response', 'suppressIn'] as const satisfies readonly (keyof DefinitionDraft)[];
export type MassField = (typeof massFields)[number];
export type MassChange = Partial<Pick<DefinitionDraft, MassField>>;

export interface Planned { definition: AlarmDefinition; draft: DefinitionDraft; changes: { field: MassField; before: string; after: string }[] }

const always: readonly MassField[] = ['priority', 'enabled', 'latching', 'severity', 'timeToRespondSeconds', 'stepUpAfterSeconds', 'requiredRole', 'consequence', 'response', 'suppressIn'];

/** Whether a member means something for a definition: a deadband of a limit of a point is the point's. */
export const applies = (field: MassField, { kind, ofPoint }: Pick<AlarmDefinition, 'kind' | 'ofPoint'>): boolean => always.includes(field) || fieldsOf(kind, ofPoint).includes(field);

const text = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

/** What would become of each definition; those that stay as they are are left out. */
export function planOf(definitions: readonly AlarmDefinition[], change: MassChange): Planned[] {
  return definitions.flatMap((definition) => {
    const before = draftOf(definition);
    const fields = massFields.filter((field) => change[field] !== undefined && applies(field, definition) && text(before[field]) !== text(change[field]));
    if (fields.length === 0) return [];
    const draft = { ...before, ...Object.fromEntries(fields.map((field) => [field, change[field]])) };
    return [{ definition, draft, changes: fields.map((field) => ({ field, before: text(before[field]), after: text(change[field]) })) }];
  });
}

export const bodyOf = ({ draft, definition }: Planned, reason: string) => editOf({ ...draft, reason }, definition.ofPoint);
