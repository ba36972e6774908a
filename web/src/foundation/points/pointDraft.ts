import type { PointEdit, PointItem } from '../../api/types';
import { numberText, parseNumber } from '../../ui/Field';

/** A point as it is typed: everything is text until it is saved, so that nothing typed is lost. */
export interface PointDraft {
  assetId: string; code: string; nameZh: string; nameEn: string; quantity: string; unit: string; decimals: string;
  gateway: string; source: string; channel: string; scale: string; offset: string;
  lowLow: string; low: string; high: string; highHigh: string; deadband: string; staleAfterSeconds: string;
}

export const limitFields = ['highHigh', 'high', 'low', 'lowLow', 'deadband'] as const;
const numberFields = ['scale', 'offset', 'decimals', 'staleAfterSeconds', ...limitFields] as const;

export const emptyPoint = (assetId: number | undefined): PointDraft => ({
  assetId: assetId === undefined ? '' : String(assetId), code: '', nameZh: '', nameEn: '', quantity: '', unit: '', decimals: '', gateway: '', source: '', channel: '',
  scale: '1', offset: '0', lowLow: '', low: '', high: '', highHigh: '', deadband: '', staleAfterSeconds: '',
});

export const draftOf = (point: PointItem): PointDraft => ({
  assetId: String(point.assetId), code: point.code, nameZh: point.nameZh, nameEn: point.nameEn, quantity: point.quantity, unit: point.unit, decimals: numberText(point.decimals),
  gateway: point.gateway ?? '', source: point.source ?? '', channel: point.channel ?? '', scale: numberText(point.scale), offset: numberText(point.offset),
  lowLow: numberText(point.limits.lowLow), low: numberText(point.limits.low), high: numberText(point.limits.high), highHigh: numberText(point.limits.highHigh),
  deadband: numberText(point.limits.deadband), staleAfterSeconds: numberText(point.staleAfterSeconds),
});

/** Names of the fields in which something stands that is no number. */
export const unreadable = (draft: PointDraft): Set<string> => new Set(numberFields.filter((field) => parseNumber(draft[field]) === undefined));

export function editOf(draft: PointDraft): PointEdit {
  const number = (field: (typeof numberFields)[number]): number | null => parseNumber(draft[field]) ?? null;
  return {
    assetId: Number(draft.assetId), code: draft.code.trim(), nameZh: draft.nameZh.trim(), nameEn: draft.nameEn.trim(), quantity: draft.quantity, unit: draft.unit, decimals: number('decimals'),
    gateway: draft.gateway || null, source: draft.source || null, channel: draft.channel || null, scale: number('scale') ?? 1, offset: number('offset') ?? 0,
    limits: { lowLow: number('lowLow'), low: number('low'), high: number('high'), highHigh: number('highHigh'), deadband: number('deadband') ?? 0 },
    staleAfterSeconds: number('staleAfterSeconds'),
  };
}
