import { describe, expect, it, test } from 'vitest';
import { type Bar, judge } from './bars.ts';
import type { ScenarioResult } from './result.ts';
import { disturbanceNote, printMarkdown, printText, tableRows } from './table.ts';

const result: ScenarioResult = {
  name: 'cluster-a',
  title: 'A of Services',
  shown: ['rate'],
  bars: [
    { figure: 'user', limit: 0.8 },
    { figure: 'total', limit: 0.45, against: { subject: 'CoreDNS', by: 'ratio' } },
  ],
  subjects: [
    {
      name: 'ours',
      repeated: 1,
      rounds: [
        { user: 0.7, total: 4, rate: 200_000, waited: 0 },
        { user: 0.9, total: 5, rate: 190_000, waited: 30 },
        { user: 0.75, total: 9, rate: 195_000, waited: 12 },
      ],
    },
    {
      name: 'CoreDNS',
      repeated: 0,
      rounds: [
        { user: 8, total: 10, rate: 60_000 },
        { user: 8, total: 10, rate: 61_000 },
        { user: 8, total: 30, rate: 62_000 },
      ],
    },
    { name: 'Knot', repeated: 0, rounds: [{ user: 0.4, total: 5, rate: 1 }] },
    { name: 'Unbound', repeated: 0, rounds: [], problem: 'unbound is not installed' },
  ],
};

describe('judge', () => {
  const cases: [Bar, number | undefined, boolean | undefined][] = [
    [{ figure: 'user', limit: 0.8 }, 0.75, true],
    [{ figure: 'user', limit: 0.7 }, 0.75, false],
    [{ figure: 'user', limit: 0.7, sense: 'at least' }, 0.75, true],
    // 0.4, 0.5 and 0.3: of the rounds, not of their medians.
    [{ figure: 'total', limit: 0.4, against: { subject: 'CoreDNS', by: 'ratio' } }, 0.4, true],
    [{ figure: 'total', limit: 0, against: { subject: 'CoreDNS', by: 'difference' } }, -6, true],
    [{ figure: 'total', limit: 1, against: { subject: 'Unbound', by: 'ratio' } }, undefined, undefined],
    [{ figure: 'p99', limit: 1 }, undefined, undefined],
    [{ subject: 'CoreDNS', figure: 'user', limit: 9 }, 8, true],
    [{ figure: 'user', limit: 0.8, requires: [{ figure: 'rate', atLeast: 195_000 }] }, 0.75, true],
    // Good, but not measured as it should have been, or nobody knows how.
    [{ figure: 'user', limit: 0.8, requires: [{ figure: 'rate', atLeast: 195_001 }] }, 0.75, undefined],
    [{ figure: 'user', limit: 0.8, requires: [{ figure: 'load', atLeast: 3 }] }, 0.75, undefined],
    [{ figure: 'user', limit: 0.8, requires: [{ figure: 'waited', atMost: 12 }] }, 0.75, true],
    [{ figure: 'user', limit: 0.8, requires: [{ figure: 'waited', atMost: 5 }] }, 0.75, undefined],
    // The other one, too, has to have been measured as it should.
    [
      {
        figure: 'total',
        limit: 0.45,
        against: { subject: 'CoreDNS', by: 'ratio' },
        requires: [{ figure: 'rate', atLeast: 100_000 }],
      },
      0.4,
      undefined,
    ],
  ];
  test.each(cases)('%j', (bar, value, isMet) => {
    expect(judge(bar, result)).toEqual({ bar, value, isMet });
  });
});

describe('the table', () => {
  it('has a row a server, with what is wanted of it', () => {
    expect(tableRows([result]).slice(1)).toEqual([
      [
        'A of Services',
        'ours',
        '0.75',
        '5.00',
        'answers 195000/s · waited for its core 12 % · 1 repeated',
        'user 0.75 µs',
        '≤ 0.8',
        '✓',
      ],
      ['', 'CoreDNS', '8.00', '10.00', 'answers 61000/s', 'total 0.40 × this', '≤ 0.45', '✓'],
      ['', 'Knot', '0.40', '5.00', 'answers 1/s', 'total 0.80 × this', '–', ''],
      ['', 'Unbound', '–', '–', 'not measured: unbound is not installed', '', '', ''],
    ]);
  });

  it('keeps a bar whose server is missing from looking met', () => {
    const bars: Bar[] = [{ figure: 'p99', limit: 1 }];
    expect(tableRows([{ ...result, bars }])[1]?.slice(5)).toEqual(['p99 – µs', '≤ 1', '?']);
  });

  it('says how many were disturbed', () => {
    expect(disturbanceNote([result])).toMatch(/^1 of 3 servers waited/);
    expect(disturbanceNote([{ ...result, subjects: result.subjects.slice(1) }])).toBe('');
  });

  it('stands in columns', () => {
    expect(
      printText([
        ['a', 'bb', 'c', 'd'],
        ['aaa', '', '10', '1'],
      ]),
    ).toBe('a    bb   c  d\naaa      10  1');
  });

  it('is Markdown', () => {
    const rows = [
      ['a', 'b', '1', '22'],
      ['x|y', '', '333', '4'],
    ];
    expect(printMarkdown(rows).split('\n')).toEqual([
      '| a    | b   |   1 |  22 |',
      '| ---- | --- | --: | --: |',
      '| x\\|y |     | 333 |   4 |',
    ]);
  });
});
