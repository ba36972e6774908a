import { describe, expect, test } from 'vitest';
import { draftOf, editOf, emptyDefinition, fieldsOf, ownKinds, placeOf, unreadable } from './definitionDraft';

describe('The form of a definition', () => {
  test('asks each kind for what it has', () => {
    expect(fieldsOf('expression', false)).toEqual(['assetId', 'expression', 'onDelaySeconds', 'offDelaySeconds']);
    expect(fieldsOf('stale', false)).toEqual(['pointId', 'windowSeconds']);
    expect(fieldsOf('high', true)).toEqual(['worseLimit', 'onDelaySeconds', 'offDelaySeconds']);
    for (const kind of ownKinds) expect(fieldsOf(kind, false).length).toBeGreaterThan(0);
  });

  test('sends nothing that its kind has not, whatever was typed before', () => {
    const edit = editOf({ ...emptyDefinition('stale', undefined, 7), limit: '80', expression: '[T] > 1', direction: 'up', windowSeconds: '300' }, false);
    expect(edit).toMatchObject({ pointId: 7, windowSeconds: 300, limit: null, expression: null, direction: 'both', deadband: 0 });
  });

  test('takes nothing typed for a number that is none', () => {
    expect([...unreadable({ ...emptyDefinition('high'), limit: '8o', onDelaySeconds: '5' })]).toEqual(['limit']);
    expect(unreadable(emptyDefinition('high')).size).toBe(0);
  });

  test('saves what it read without changing it', () => {
    const draft = { ...emptyDefinition('deviation', 3, 7), code: 'D1', nameZh: '偏差', limit: '5', setpoint: '80', priority: '2', severity: 'major', timeToRespondSeconds: '180', suppressIn: ['stopped'] };
    const sent = editOf(draft, false);
    const read = draftOf({ ...sent, nameEn: sent.nameEn ?? '', assetId: 3, suppressIn: ['stopped'] } as Parameters<typeof draftOf>[0]);
    expect(editOf(read, false)).toEqual(sent);
  });
});

test('A fault of an expression names its place in both languages', () => {
  expect(placeOf('第 8 个字符：应为数字。')).toBe(8);
  expect(placeOf('Character 12: a number is expected.')).toBe(12);
  expect(placeOf('必填。')).toBeNull();
});
