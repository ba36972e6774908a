import { expect, it } from 'vitest';
import { laterOf } from './typed';

it('keeps what was typed while the form was being written', () => {
  const sent = { output: '12', power: '7' };
  const kept = { output: '12.0', power: '7.0' };
  expect(laterOf(sent, sent, kept)).toEqual(kept);
  expect(laterOf({ output: '125', power: '7', staff: '3' }, sent, kept)).toEqual({ output: '125', power: '7.0', staff: '3' });
  expect(laterOf({ output: '', power: '7' }, sent, kept)).toEqual({ output: '', power: '7.0' });
});
