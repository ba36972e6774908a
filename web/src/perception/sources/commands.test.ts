import { expect, test } from 'vitest';
import { perceptionTexts } from '../texts';
import { argumentsOf, deviceTime, hj212Commands, type Command } from './commands';

const command = (code: string): Command => hj212Commands.find((each) => each.code === code) as Command;

test.each([['2026-11-23 08:00:00', '20261123080000'], ['2026-11-23', '20261123000000'], ['20261123 0830', '20261123083000']])('%s is a time', (text, time) => expect(deviceTime(text)).toBe(time));
test.each(['', 'tomorrow', '2026-13-01', '2026-02-30', '2026-11-23 25:00:00'])('%j is none', (text) => expect(deviceTime(text)).toBeNull());

test('A history needs its two ends', () => {
  expect(argumentsOf(command('2061'), {})).toEqual({ wrong: ['BeginTime', 'EndTime'] });
  expect(argumentsOf(command('2061'), { BeginTime: '2026-11-22', EndTime: '2026-11-23' })).toEqual({ values: { BeginTime: '20261122000000', EndTime: '20261123000000' } });
});

test('What may be left out is left out', () => expect(argumentsOf(command('1012'), { PolId: ' ' })).toEqual({ values: {} }));
test('An interval is a number', () => expect(argumentsOf(command('1062'), { RtdInterval: 'fast' })).toEqual({ wrong: ['RtdInterval'] }));

test('Every argument has a name for people', () => {
  for (const { arguments: all } of hj212Commands) for (const { name } of all) expect(perceptionTexts).toHaveProperty([`argument.${name}`]);
});
