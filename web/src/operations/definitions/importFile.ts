import type { AlarmDefinition } from '../../api/types';
import { draftOf, editOf, emptyDefinition, ownKinds, unreadable, type DefinitionDraft, type DefinitionKind } from './definitionDraft';

/** Rows of a CSV file (RFC 4180): quotes, doubled quotes, line breaks within quotes, a byte order mark. */
export function parseCsv(file: string): string[][] {
  const text = file.replace(/^\ufeff/, '');
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') { cell += '"'; i++; } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') { row.push(cell); cell = ''; } else if (char === '\n') { row.push(cell.replace(/\r$/, '')); rows.push(row); row = []; cell = ''; } else cell += char;
  }
  if (cell !== '' || row.length > 0) { row.push(cell); rows.push(row); }
  return rows.filter((cells) => cells.some((each) => each.trim() !== ''));
}

export interface ImportFault { line: number; column: string; text: string; reason: 'unknownColumn' | 'noHeader' | 'unknownKind' | 'number' | 'noSuchDefinition' | 'kindChanged' | 'twice' }

export interface ImportRow { line: number; existing: AlarmDefinition | null; draft: DefinitionDraft; changed: (keyof DefinitionDraft)[] }

export interface ImportPlan { rows: ImportRow[]; same: number; faults: ImportFault[] }

const booleans = ['enabled', 'latching'] as const;
const known = new Set<string>(['id', ...Object.keys(emptyDefinition('high'))]);
/** A text that a spreadsheet would have run as a formula was defused with an apostrophe when it was exported. */
const plain = (text: string): string => text.replace(/^'(?=[=+@\-\t\r])/, '').trim();

/**
 * What a file would do: a row with an id or a known code changes that definition, every other makes a new one. A column that the file has not leaves
 * its member as it is; an empty cell empties it.
 */
export function planImport(file: string, existing: readonly AlarmDefinition[]): ImportPlan {
  const [header, ...lines] = parseCsv(file);
  const faults: ImportFault[] = [];
  if (!header || !header.includes('code')) return { rows: [], same: 0, faults: [{ line: 1, column: 'code', text: header?.join(',') ?? '', reason: 'noHeader' }] };
  header.filter((column) => !known.has(column)).forEach((column) => faults.push({ line: 1, column, text: column, reason: 'unknownColumn' }));
  const byId = new Map(existing.map((each) => [String(each.id), each]));
  const byCode = new Map(existing.map((each) => [each.code, each]));
  const seen = new Set<string>();
  const rows: ImportRow[] = [];
  let same = 0;
  lines.forEach((cells, index) => {
    const line = index + 2;
    const value = new Map(header.map((column, at) => [column, plain(cells[at] ?? '')]));
    const id = value.get('id') ?? '';
    const code = value.get('code') ?? '';
    const found = id !== '' ? byId.get(id) ?? null : byCode.get(code) ?? null;
    if (id !== '' && !found) return void faults.push({ line, column: 'id', text: id, reason: 'noSuchDefinition' });
    const key = found ? `#${found.id}` : code;
    if (seen.has(key)) return void faults.push({ line, column: 'code', text: code, reason: 'twice' });
    seen.add(key);
    const kind = (value.get('kind') || found?.kind || '') as DefinitionKind;
    if (found && kind !== found.kind) return void faults.push({ line, column: 'kind', text: kind, reason: 'kindChanged' });
    if (!found && !(ownKinds as readonly string[]).includes(kind)) return void faults.push({ line, column: 'kind', text: kind, reason: 'unknownKind' });
    const before = found ? draftOf(found) : emptyDefinition(kind);
    const draft = { ...before, kind };
    for (const [column, text] of value) {
      if (column === 'id' || column === 'kind' || column === 'reason' || !known.has(column)) continue;
      if ((booleans as readonly string[]).includes(column)) Object.assign(draft, { [column]: !['false', '0', 'no', '否', ''].includes(text.toLowerCase()) });
      else if (column === 'suppressIn') draft.suppressIn = text.split(/[\s,，、]+/).filter(Boolean);
      else Object.assign(draft, { [column]: text === '0' && ['deadband', 'onDelaySeconds', 'offDelaySeconds'].includes(column) ? '' : text });
    }
    for (const field of unreadable(draft)) faults.push({ line, column: field, text: String(draft[field as keyof DefinitionDraft]), reason: 'number' });
    const ofPoint = found?.ofPoint ?? false;
    const [was, is] = [editOf(before, ofPoint), editOf(draft, ofPoint)];
    const changed = (Object.keys(is) as (keyof typeof is)[]).filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field])) as (keyof DefinitionDraft)[];
    if (found && changed.length === 0) same++;
    else rows.push({ line, existing: found, draft, changed });
  });
  return { rows, same, faults };
}
