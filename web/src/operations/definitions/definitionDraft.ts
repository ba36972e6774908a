import type { AlarmDefinition, AlarmDefinitionEdit } from '../../api/types';
import { numberText, parseNumber } from '../../ui/Field';

export type DefinitionKind = AlarmDefinition['kind'];

/** A definition as it is typed: everything is text until it is saved, so that nothing typed is lost. */
export interface DefinitionDraft {
  kind: DefinitionKind;
  code: string; nameZh: string; nameEn: string; assetId: string; pointId: string; enabled: boolean; latching: boolean; priority: string;
  limit: string; worseLimit: string; deadband: string; onDelaySeconds: string; offDelaySeconds: string; direction: string; setpoint: string; referencePointId: string; windowSeconds: string;
  values: string; mask: string; expression: string; suppressWhen: string; suppressIn: readonly string[];
  consequence: string; severity: string; response: string; requiredRole: string; timeToRespondSeconds: string; stepUpAfterSeconds: string; reason: string;
}

export type DraftField = keyof DefinitionDraft;
export type NumberFieldName = (typeof numberFields)[number];

/** What a person can make; the others come into being by themselves and only their words and priority are a person's. */
export const ownKinds = ['highHigh', 'high', 'low', 'lowLow', 'deviation', 'rateOfChange', 'state', 'stale', 'band', 'expression'] as const satisfies readonly DefinitionKind[];

const delays = ['onDelaySeconds', 'offDelaySeconds'] as const;
const limit = ['pointId', 'limit', 'worseLimit', 'deadband', ...delays] as const;

/** The members that mean something for a kind, in the order of the form. The server refuses what a kind lacks; the form does not ask for what it has not. */
const ofKind: Record<DefinitionKind, readonly DraftField[]> = {
  highHigh: limit, high: limit, low: limit, lowLow: limit,
  deviation: ['pointId', 'setpoint', 'referencePointId', 'limit', 'direction', 'deadband', ...delays],
  rateOfChange: ['pointId', 'limit', 'direction', 'windowSeconds', 'deadband', ...delays],
  state: ['pointId', 'values', 'mask', ...delays],
  stale: ['pointId', 'windowSeconds'],
  band: ['pointId', 'limit', 'direction', 'deadband', ...delays],
  expression: ['assetId', 'expression', ...delays],
  raised: [], commonCause: [],
};

/** Of a limit of a point, limit and deadband are the point's. */
export const fieldsOf = (kind: DefinitionKind, ofPoint: boolean): readonly DraftField[] =>
  (ofPoint ? ofKind[kind].filter((field) => !['pointId', 'limit', 'deadband'].includes(field)) : ofKind[kind]);

export const numberFields = ['limit', 'worseLimit', 'deadband', 'onDelaySeconds', 'offDelaySeconds', 'setpoint', 'windowSeconds', 'mask', 'timeToRespondSeconds', 'stepUpAfterSeconds'] as const;

export const emptyDefinition = (kind: DefinitionKind, assetId?: number, pointId?: number): DefinitionDraft => ({
  kind, code: '', nameZh: '', nameEn: '', assetId: assetId === undefined ? '' : String(assetId), pointId: pointId === undefined ? '' : String(pointId), enabled: true, latching: false, priority: '3',
  limit: '', worseLimit: '', deadband: '', onDelaySeconds: '', offDelaySeconds: '', direction: 'both', setpoint: '', referencePointId: '', windowSeconds: '', values: '', mask: '', expression: '',
  suppressWhen: '', suppressIn: [], consequence: '', severity: 'none', response: '', requiredRole: '', timeToRespondSeconds: '', stepUpAfterSeconds: '', reason: '',
});

const idText = (id: number | null | undefined): string => (id === null || id === undefined ? '' : String(id));
const nonZero = (value: number): string => (value === 0 ? '' : numberText(value));

export const draftOf = (definition: AlarmDefinition): DefinitionDraft => ({
  kind: definition.kind, code: definition.code, nameZh: definition.nameZh, nameEn: definition.nameEn, assetId: idText(definition.assetId), pointId: idText(definition.pointId),
  enabled: definition.enabled, latching: definition.latching, priority: String(definition.priority), limit: numberText(definition.limit), worseLimit: numberText(definition.worseLimit),
  deadband: nonZero(definition.deadband), onDelaySeconds: nonZero(definition.onDelaySeconds), offDelaySeconds: nonZero(definition.offDelaySeconds), direction: definition.direction,
  setpoint: numberText(definition.setpoint), referencePointId: idText(definition.referencePointId), windowSeconds: numberText(definition.windowSeconds), values: definition.values ?? '',
  mask: numberText(definition.mask), expression: definition.expression ?? '', suppressWhen: definition.suppressWhen ?? '', suppressIn: definition.suppressIn, consequence: definition.consequence ?? '',
  severity: definition.severity, response: definition.response ?? '', requiredRole: definition.requiredRole ?? '', timeToRespondSeconds: numberText(definition.timeToRespondSeconds),
  stepUpAfterSeconds: numberText(definition.stepUpAfterSeconds), reason: '',
});

/** Names of the fields in which something stands that is no number. */
export const unreadable = (draft: DefinitionDraft): Set<string> => new Set(numberFields.filter((field) => parseNumber(draft[field]) === undefined));

/** What is sent: only what the kind has, so that a limit typed before the kind was changed does no harm. */
export function editOf(draft: DefinitionDraft, ofPoint: boolean): AlarmDefinitionEdit {
  const fields = new Set<DraftField>(fieldsOf(draft.kind, ofPoint));
  const number = (field: NumberFieldName): number | null => (fields.has(field) ? parseNumber(draft[field]) ?? null : null);
  const text = (field: 'values' | 'expression'): string | null => (fields.has(field) ? draft[field].trim() || null : null);
  const id = (field: 'pointId' | 'referencePointId'): number | null => (fields.has(field) || (ofPoint && field === 'pointId') ? Number(draft[field]) || null : null);
  return {
    code: draft.code.trim(), nameZh: draft.nameZh.trim(), nameEn: draft.nameEn.trim(), kind: draft.kind, priority: Number(draft.priority), enabled: draft.enabled, latching: draft.latching,
    assetId: fields.has('assetId') ? Number(draft.assetId) || null : null, pointId: id('pointId'), referencePointId: id('referencePointId'),
    limit: number('limit'), worseLimit: number('worseLimit'), deadband: number('deadband') ?? 0, onDelaySeconds: number('onDelaySeconds') ?? 0, offDelaySeconds: number('offDelaySeconds') ?? 0,
    direction: (fields.has('direction') ? draft.direction : 'both') as AlarmDefinition['direction'], setpoint: number('setpoint'), windowSeconds: number('windowSeconds'), mask: number('mask'),
    values: text('values'), expression: text('expression'), suppressWhen: draft.suppressWhen.trim() || null, suppressIn: [...draft.suppressIn],
    consequence: draft.consequence.trim() || null, severity: draft.severity as AlarmDefinition['severity'], response: draft.response.trim() || null, requiredRole: draft.requiredRole || null,
    timeToRespondSeconds: parseNumber(draft.timeToRespondSeconds) ?? null, stepUpAfterSeconds: parseNumber(draft.stepUpAfterSeconds) ?? null, reason: draft.reason.trim() || null,
  };
}

/** Where in an expression a fault is: "第 8 个字符：…", "Character 8: …". Columns from 1, as people count. */
export function placeOf(reason: string): number | null {
  const found = /第\s*(\d+)\s*个字符|Character (\d+)/.exec(reason);
  return found ? Number(found[1] ?? found[2]) : null;
}
