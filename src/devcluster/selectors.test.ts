import { describe, expect, test } from 'vitest';

import { matchesLabelSelector, parseFieldSelector, parseLabelSelector } from './selectors.ts';

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'one', namespace: 'shop', labels: { app: 'web', tier: 'edge', size: '7' } },
  status: { phase: 'Running' },
};

describe('label selectors', () => {
  test.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=core', true],
    ['app=api', false],
    ['none!=x', true],
    ['tier in (edge, core)', true],
    ['tier in (core),app', false],
    ['tier notin (core)', true],
    ['none notin (a)', true],
    ['app', true],
    ['!app', false],
    ['!none', true],
    ['size>5', true],
    ['size<5', false],
    ['kubernetes.io/x=y', false],
  ])('%j', (text, expected) => {
    expect(parseLabelSelector(text)(object)).toBe(expected);
  });

  test.each([
    ['!!', "unable to parse requirement: found '!', expected: identifier"],
    ['a in b', "unable to parse requirement: found 'in', expected: in, notin, =, ==, !=, gt, lt"],
    ['=x', "unable to parse requirement: found '=', expected: identifier"],
  ])('%j is refused', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });
});

describe('field selectors', () => {
  const labels = { 'status.phase': ['status', 'phase'] };
  test.each([
    ['metadata.name=one', true],
    ['metadata.name!=one', false],
    ['metadata.namespace=shop,status.phase!=Failed,status.phase!=Unknown', true],
    ['status.phase==Pending', false],
  ])('%j', (text, expected) => {
    expect(parseFieldSelector(text, labels)(object)).toBe(expected);
  });

  test('a label that the resource does not support is refused', () => {
    expect(() => parseFieldSelector('spec.x=y', labels)).toThrow('field label not supported: spec.x');
  });
});

test.each([
  ['In', ['web'], true],
  ['NotIn', ['web'], false],
  ['Exists', [], true],
  ['DoesNotExist', [], false],
  ['Other', [], false],
])('matchExpressions %s', (operator, values, expected) => {
  const selector = { matchExpressions: [{ key: 'app', operator, values }] };
  expect(matchesLabelSelector(selector, object.metadata.labels)).toBe(expected);
});
