import { describe, expect, it } from 'vitest';
import { bodyOf, emptyCalculation, marked, unreadable } from './draft';

describe('a formula shown with its faults', () => {
  it('keeps the text and marks each fault where it stands', () => {
    expect(marked('[a] + [b]', [{ position: 4, length: 1 }])).toEqual([{ text: '[a] ', bad: false }, { text: '+', bad: true }, { text: ' [b]', bad: false }]);
  });

  it('marks a place behind the end where something is missing', () => {
    expect(marked('1 +', [{ position: 3, length: 0 }])).toEqual([{ text: '1 +', bad: false }, { text: ' ', bad: true }]);
  });

  it('never says a character twice where faults overlap', () => {
    const pieces = marked('abcdef', [{ position: 1, length: 3 }, { position: 2, length: 3 }, { position: 2, length: 1 }]);
    expect(pieces.map((piece) => piece.text).join('')).toBe('abcdef');
    expect(pieces.filter((piece) => piece.bad).map((piece) => piece.text)).toEqual(['bcd', 'e']);
  });
});

describe('what is sent', () => {
  it('holds the point only of a new one', () => {
    const draft = { ...emptyCalculation(7), formula: '[a/b]', code: 'X' };
    expect(bodyOf(draft, true)).toMatchObject({ assetId: 7, code: 'X', holdSeconds: 900, everySeconds: null });
    expect(bodyOf(draft, false)).not.toHaveProperty('code');
  });

  it('says which numbers cannot be read', () => {
    expect([...unreadable({ ...emptyCalculation(1), holdSeconds: '', everySeconds: '1.5' })]).toEqual(['holdSeconds', 'everySeconds']);
  });
});
