import { describe, expect, test } from 'vitest';
import { Counter, Gauge, Histogram } from './metric.ts';

function lines(metric: { expose: () => string }): string[] {
  return metric.expose().split('\n').slice(0, -1);
}

describe('numbers', () => {
  // As strconv.FormatFloat(value, 'g', -1, 64) prints them.
  test.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-1.5, '-1.5'],
    [0.1 + 0.2, '0.30000000000000004'],
    [0.0001, '0.0001'],
    [0.00025, '0.00025'],
    [0.00001, '1e-05'],
    [0.000012345, '1.2345e-05'],
    [5e-324, '5e-324'],
    [999_999, '999999'],
    [999_999.5, '999999.5'],
    [1_000_000, '1e+06'],
    [-1_234_567, '-1.234567e+06'],
    [1_753_900_000, '1.7539e+09'],
    [1e100, '1e+100'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('%d is printed as %s', (value, text) => {
    const gauge = new Gauge({ name: 'g', help: 'h' });
    gauge.set(value);
    expect(lines(gauge).at(-1)).toBe(`g ${text}`);
  });
});

describe('a counter', () => {
  test('without labels shows 0 from the start', () => {
    expect(new Counter({ name: 'c_total', help: 'What it counts.' }).expose()).toBe(
      '# HELP c_total What it counts.\n# TYPE c_total counter\nc_total 0\n',
    );
  });

  test('with labels shows nothing, not even its name, until something is counted', () => {
    const counter = new Counter({ name: 'c_total', help: 'h', labels: ['zone', 'proto'] });
    expect(counter.expose()).toBe('');
    counter.increment('b.', 'udp');
    counter.increment('a.', 'tcp');
    counter.increment('b.', 'udp');
    expect(lines(counter).slice(2)).toEqual(['c_total{zone="a.",proto="tcp"} 1', 'c_total{zone="b.",proto="udp"} 2']);
  });

  test('gives a series to hold', () => {
    const counter = new Counter({ name: 'c_total', help: 'h', labels: ['zone'] });
    const series = counter.series('.');
    series.value += 3;
    counter.increment('.');
    expect(counter.series('.')).toBe(series);
    expect(series.value).toBe(4);
  });

  test('does not mix up values that only look alike side by side', () => {
    const counter = new Counter({ name: 'c_total', help: 'h', labels: ['a', 'b'] });
    counter.increment('x', 'yz');
    counter.increment('xy', 'z');
    expect(lines(counter).slice(2)).toEqual(['c_total{a="x",b="yz"} 1', 'c_total{a="xy",b="z"} 1']);
  });

  test.each([[[]], [['a']], [['a', 'b', 'c']]])('refuses the values %j for two labels', (values) => {
    const counter = new Counter({ name: 'c_total', help: 'h', labels: ['zone', 'proto'] });
    expect(() => counter.increment(...values)).toThrow('metric c_total has the labels (zone, proto)');
  });
});

test('series can be taken out, one or all', () => {
  const gauge = new Gauge({ name: 'g', help: 'h', labels: ['hash'] });
  gauge.set(1, 'a');
  gauge.set(2, 'b');
  gauge.remove('a');
  expect(lines(gauge).slice(2)).toEqual(['g{hash="b"} 2']);
  gauge.clear();
  expect(gauge.expose()).toBe('');
});

test('help and label values are escaped', () => {
  const gauge = new Gauge({ name: 'g', help: 'a "quoted"\nback\\slash', labels: ['path'] });
  gauge.set(1, 'C:\\x\n"y"');
  expect(lines(gauge)).toEqual([
    '# HELP g a "quoted"\\nback\\\\slash',
    '# TYPE g gauge',
    'g{path="C:\\\\x\\n\\"y\\""} 1',
  ]);
});

describe('a histogram', () => {
  test('counts into cumulative buckets whose bounds belong to them', () => {
    const histogram = new Histogram({ name: 'd_seconds', help: 'h', labels: ['zone'], buckets: [0.00025, 1, 1e6] });
    for (const value of [0.0001, 0.00025, 0.5, 1, 2, 2e6]) histogram.observe(value, '.');
    expect(lines(histogram)).toEqual([
      '# HELP d_seconds h',
      '# TYPE d_seconds histogram',
      'd_seconds_bucket{zone=".",le="0.00025"} 2',
      'd_seconds_bucket{zone=".",le="1"} 4',
      'd_seconds_bucket{zone=".",le="1e+06"} 5',
      'd_seconds_bucket{zone=".",le="+Inf"} 6',
      'd_seconds_sum{zone="."} 2.00000350035e+06',
      'd_seconds_count{zone="."} 6',
    ]);
  });

  test('without labels shows empty buckets from the start', () => {
    expect(lines(new Histogram({ name: 'd', help: 'h', buckets: [1] })).slice(2)).toEqual([
      'd_bucket{le="1"} 0',
      'd_bucket{le="+Inf"} 0',
      'd_sum 0',
      'd_count 0',
    ]);
  });

  test('has room for any number of buckets', () => {
    const buckets = Array.from({ length: 100 }, (_, i) => i);
    const histogram = new Histogram({ name: 'd', help: 'h', buckets });
    histogram.observe(98.5);
    histogram.observe(1000);
    expect(lines(histogram).slice(-5)).toEqual([
      'd_bucket{le="98"} 0',
      'd_bucket{le="99"} 1',
      'd_bucket{le="+Inf"} 2',
      'd_sum 1098.5',
      'd_count 2',
    ]);
  });
});
