import { describe, expect, test } from 'vitest';
import type { AlarmDefinition } from '../../api/types';
import { emptyDefinition, editOf } from './definitionDraft';
import { applies, bodyOf, planOf } from './massEdit';

const definition = (id: number, more: Partial<AlarmDefinition>): AlarmDefinition =>
  ({ ...editOf(emptyDefinition('high', 1, 2), false), nameEn: '', ofPoint: false, id, suppressIn: [], assetId: 1, ...more }) as AlarmDefinition;

describe('A change of many definitions', () => {
  const limit = definition(-19, { ofPoint: true, priority: 3 });
  const own = definition(4, { priority: 2, deadband: 1 });
  const silence = definition(5, { kind: 'stale', priority: 3, windowSeconds: 60 });

  test('names only those that become different, with before and after', () => {
    expect(planOf([limit, own, silence], { priority: '2' }).map(({ definition: { id }, changes }) => [id, changes])).toEqual([
      [-19, [{ field: 'priority', before: '3', after: '2' }]],
      [5, [{ field: 'priority', before: '3', after: '2' }]],
    ]);
  });

  test('leaves alone what a kind has not', () => {
    expect(applies('deadband', limit)).toBe(false);
    expect(planOf([limit, own, silence], { deadband: '2', onDelaySeconds: '5' }).map(({ definition: { id }, changes }) => [id, changes.map(({ field }) => field)])).toEqual([
      [-19, ['onDelaySeconds']], [4, ['onDelaySeconds', 'deadband']],
    ]);
  });

  test('sends the whole definition with the change and its reason', () => {
    const [plan] = planOf([silence], { response: '查看采集器' });
    expect(plan && bodyOf(plan, '统一处置')).toMatchObject({ kind: 'stale', windowSeconds: 60, response: '查看采集器', reason: '统一处置', limit: null });
  });
});
