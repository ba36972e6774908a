import { attributesOf, type Asset, type AssetEdit, type AssetKind, type AttributeItem } from '../../api/types';

/** An asset as it is typed: all text, attributes under `attributes.<name>`, so that a conflict names the one field it is about. */
export type AssetDraft = Record<string, string>;

export const assetKinds: readonly AssetKind[] = ['region', 'city', 'park', 'zone', 'enterprise', 'facility', 'equipment'];

export function draftOf(asset: Asset, definitions: readonly AttributeItem[]): AssetDraft {
  const attributes = Object.fromEntries(definitionsOf(asset.kind, definitions).map(({ name }) => [`attributes.${name}`, textOf(attributesOf(asset)[name])]));
  return {
    kind: asset.kind, parentId: asset.parentId ? String(asset.parentId) : '', code: asset.code, nameZh: asset.nameZh, nameEn: asset.nameEn,
    geometry: asset.geometry ? JSON.stringify(asset.geometry) : '', ...attributes,
  };
}

export const definitionsOf = (kind: string, definitions: readonly AttributeItem[]): AttributeItem[] => definitions.filter((definition) => definition.kinds.includes(kind as never));

const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

export const isGeometry = (text: string): boolean => {
  if (text.trim() === '') return true;
  try { return typeof JSON.parse(text) === 'object'; } catch { return false; }
};

/** Back to the shape of the API; an empty attribute is left out, a number that cannot be read stays text for the server to refuse by name. */
export function editOf(draft: AssetDraft, definitions: readonly AttributeItem[]): AssetEdit {
  const attributes: Record<string, unknown> = {};
  for (const { name, type } of definitionsOf(draft['kind'] ?? '', definitions)) {
    const text = (draft[`attributes.${name}`] ?? '').trim();
    if (text === '') continue;
    if (type === 'boolean') attributes[name] = text === 'true';
    else if (type === 'number' || type === 'integer') attributes[name] = Number.isFinite(Number(text)) ? Number(text) : text;
    else attributes[name] = text;
  }
  return {
    kind: draft['kind'] as AssetKind, parentId: Number(draft['parentId']) || null, code: (draft['code'] ?? '').trim(), nameZh: (draft['nameZh'] ?? '').trim(), nameEn: (draft['nameEn'] ?? '').trim(),
    geometry: draft['geometry']?.trim() ? (JSON.parse(draft['geometry']) as Record<string, unknown>) : null, attributes,
  };
}
