import { describe, expect, test } from 'vitest';
import type { AlarmDefinition } from '../../api/types';
import { csvOf } from '../../ui/csv';
import { editOf, emptyDefinition } from './definitionDraft';
import { parseCsv, planImport } from './importFile';

const existing = { ...editOf({ ...emptyDefinition('high', 1, 2), code: 'T-HIGH', nameZh: '炉温高', limit: '80', deadband: '2', response: '=查看, "1号"炉' }, false), nameEn: '', ofPoint: false, id: 4, suppressIn: [], assetId: 1 } as unknown as AlarmDefinition;

describe('A file of definitions', () => {
  test('is read with quotes, doubled quotes, line breaks in cells and a byte order mark', () =>
    expect(parseCsv('\ufeffa,b\r\n"x, ""y""","1\n2"\r\n\r\nlast,')).toEqual([['a', 'b'], ['x, "y"', '1\n2'], ['last', '']]));

  test('that was exported changes nothing when it comes back', () => {
    const plan = planImport(csvOf([['id', 'code', 'nameZh', 'kind', 'limit', 'deadband', 'enabled', 'onDelaySeconds', 'response'], [4, 'T-HIGH', '炉温高', 'high', 80, 2, 'true', 0, existing.response]]), [existing]);
    expect(plan).toEqual({ rows: [], same: 1, faults: [] });
  });

  test('changes by id or code only the members it has a column for', () => {
    const { rows, faults } = planImport('code,limit\nT-HIGH,85\n', [existing]);
    expect(faults).toEqual([]);
    expect(rows).toMatchObject([{ line: 2, existing: { id: 4 }, changed: ['limit'], draft: { limit: '85', deadband: '2', nameZh: '炉温高' } }]);
  });

  test('makes what it does not know', () =>
    expect(planImport('code,nameZh,kind,pointId,windowSeconds,priority\nS-1,采集中断,stale,2,300,4\n', [existing]).rows).toMatchObject([{ existing: null, draft: { kind: 'stale', windowSeconds: '300', priority: '4' } }]));

  test('names every fault with its line and column', () => {
    const plan = planImport('id,code,kind,limit,colour\n9,X,high,1,red\n,Y,strange,1,red\n,T-HIGH,low,1,red\n,Z,high,8o,red\n,Z,high,80,red\n', [existing]);
    expect(plan.faults.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [1, 'colour', 'unknownColumn'], [2, 'id', 'noSuchDefinition'], [3, 'kind', 'unknownKind'], [4, 'kind', 'kindChanged'], [5, 'limit', 'number'], [6, 'code', 'twice'],
    ]);
  });

  test('without a header is no file of definitions', () => expect(planImport('1,2,3\n', []).faults).toMatchObject([{ line: 1, reason: 'noHeader' }]));
});
