import { describe, expect, test } from 'vitest';
import { Registry } from './registry.ts';

test('metrics are exposed in the order of their names', () => {
  const registry = new Registry();
  registry.gauge({ name: 'b', help: 'B.' }).set(2);
  registry.counter({ name: 'c_total', help: 'C.', labels: ['x'] });
  registry.counter({ name: 'a_total', help: 'A.' }).increment();
  expect(registry.expose()).toBe(
    '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n# HELP b B.\n# TYPE b gauge\nb 2\n',
  );
});

describe('a second request for a metric', () => {
  test('gives the same one', () => {
    const registry = new Registry();
    const labels = ['zone'];
    expect(registry.counter({ name: 'c', help: 'h', labels })).toBe(registry.counter({ name: 'c', help: 'h', labels }));
    const histogram = { name: 'd', help: 'h', buckets: [1] };
    expect(registry.histogram(histogram)).toBe(registry.histogram(histogram));
  });

  test.each<[string, (registry: Registry) => unknown]>([
    ['of another kind', (registry) => registry.gauge({ name: 'c', help: 'h', labels: ['zone'] })],
    ['with other labels', (registry) => registry.counter({ name: 'c', help: 'h', labels: ['zone', 'view'] })],
    ['without labels', (registry) => registry.counter({ name: 'c', help: 'h' })],
  ])('%s throws', (_what, ask) => {
    const registry = new Registry();
    registry.counter({ name: 'c', help: 'h', labels: ['zone'] });
    expect(() => ask(registry)).toThrow('metric c is registered already');
  });
});

test('updates run before each exposition, one for each name', () => {
  const registry = new Registry();
  const gauge = registry.gauge({ name: 'g', help: 'h' });
  registry.beforeExposition('size', () => gauge.set(1));
  registry.beforeExposition('size', () => gauge.set(2));
  expect(registry.expose()).toContain('\ng 2\n');
});
