import { expect, test } from 'vitest';
import { fill, fillAll, placeholdersIn } from './placeholders.ts';

const values = new Map([
  ['port', '5300'],
  ['up.a', '127.0.0.1:5301'],
]);

test('fills in what is ours and leaves templates alone', () => {
  expect(fill('.:{{port}} { forward . {{up.a}} } {{ .Name }} {{qname}}', values)).toBe(
    '.:5300 { forward . 127.0.0.1:5301 } {{ .Name }} {{qname}}',
  );
  expect(placeholdersIn('{{port}} {{port2}} {{port}} {{ .Name }} {{up.a}}')).toEqual(['port', 'port2', 'up.a']);
});

test('goes into lists and objects, keys included', () => {
  expect(fillAll({ '{{port}}': ['{{port}}', 1, null] }, values)).toEqual({ '5300': ['5300', 1, null] });
});

test('wants a value for each', () => {
  expect(() => fill('{{port2}}', values)).toThrow('nothing is known to stand for {{port2}}');
});
