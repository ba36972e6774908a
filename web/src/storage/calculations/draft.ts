import { numberText, parseNumber } from '../../ui/Field';
import type { Calculation, FormulaSettings } from './queries';

/** The form: as typed. */
export interface CalculationDraft {
  formula: string; holdSeconds: string; everySeconds: string; enabled: boolean;
  assetId: string; code: string; nameZh: string; nameEn: string; quantity: string; unit: string;
}

export const emptyCalculation = (asset: number | undefined): CalculationDraft => ({
  formula: '', holdSeconds: '900', everySeconds: '', enabled: true, assetId: asset ? String(asset) : '', code: '', nameZh: '', nameEn: '', quantity: '', unit: '',
});

export const draftOf = (item: Calculation): CalculationDraft => ({
  formula: item.formula, holdSeconds: numberText(item.holdSeconds), everySeconds: numberText(item.everySeconds), enabled: item.enabled,
  assetId: String(item.point.assetId), code: item.point.code, nameZh: item.point.nameZh, nameEn: item.point.nameEn, quantity: item.point.quantity, unit: item.point.unit,
});

export const numberFields = ['holdSeconds', 'everySeconds'] as const;

/** Fields that hold something that is no whole number. */
export const unreadable = (draft: CalculationDraft): Set<string> => new Set(numberFields.filter((field) => {
  const value = parseNumber(draft[field]);
  return value === undefined || (value === null ? field === 'holdSeconds' : !Number.isInteger(value));
}));

export const settingsOf = (draft: CalculationDraft): FormulaSettings => ({
  formula: draft.formula, quantity: draft.quantity, unit: draft.unit, holdSeconds: parseNumber(draft.holdSeconds) ?? 900, everySeconds: parseNumber(draft.everySeconds) ?? null,
});

export function bodyOf(draft: CalculationDraft, isNew: boolean) {
  const { formula, holdSeconds, everySeconds, quantity, unit } = settingsOf(draft);
  const common = { formula, holdSeconds, everySeconds, enabled: draft.enabled };
  return isNew ? { ...common, assetId: Number(draft.assetId) || null, code: draft.code, nameZh: draft.nameZh, nameEn: draft.nameEn, quantity: quantity || null, unit: unit || null } : common;
}

/** The text cut where faults stand, for showing it with the faults underlined. */
export function marked(text: string, faults: readonly { position: number; length: number }[]): { text: string; bad: boolean }[] {
  const pieces: { text: string; bad: boolean }[] = [];
  let at = 0;
  for (const fault of [...faults].sort((a, b) => a.position - b.position)) {
    const start = Math.max(at, fault.position), end = fault.position + Math.max(1, fault.length);
    if (end <= at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), bad: false });
    pieces.push({ text: text.slice(start, end) || ' ', bad: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), bad: false });
  return pieces;
}
