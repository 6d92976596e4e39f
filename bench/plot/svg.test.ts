import { describe, expect, it, test } from 'vitest';
import { drawSvg, niceCeiling, type Panel } from './svg.ts';

test.each([
  [0, 1],
  [0.7, 1],
  [1, 1],
  [3, 5],
  [14, 20],
  [36, 50],
  [51, 100],
])('the axis for %f ends at %f', (value, top) => {
  expect(niceCeiling(value)).toBe(top);
});

describe('drawSvg', () => {
  const panel: Panel = {
    title: 'names < 5',
    xLabel: 'names',
    xScale: 'logarithmic',
    series: [
      {
        label: 'ours',
        colour: '#06c',
        dashed: false,
        points: [
          [10, 0],
          [100, 5],
          [1000, 10],
        ],
      },
      { label: 'A & B', colour: '#c60', dashed: true, points: [[10, 10]] },
    ],
  };
  const svg = drawSvg([panel, { ...panel, xScale: 'linear' }], 'µs', 'caption');

  it('puts powers of ten at equal distances, and 0 at the bottom', () => {
    expect(svg).toContain('points="48,212 186,126 324,40"');
  });

  it('puts plain numbers where they belong, beside the first panel', () => {
    expect(svg).toContain('points="388,212 413.1,126 664,40"');
  });

  it('escapes texts', () => {
    expect(svg).toContain('names &lt; 5');
    expect(svg).toContain('A &amp; B');
  });

  it('draws a point that is alone', () => {
    const alone = drawSvg([{ ...panel, series: panel.series.slice(1) }], 'µs', '');
    expect(alone).toContain('points="186,40"');
  });
});
