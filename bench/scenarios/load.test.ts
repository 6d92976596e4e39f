import { describe, expect, it, test } from 'vitest';
import type { LoadReport } from '../harness/dnsperf.ts';
import { checkAnswers, checkDisturbance, Disturbed } from './load.ts';

const report: LoadReport = {
  sent: 1000,
  answered: 1000,
  lost: 0,
  rate: 500,
  seconds: 2,
  rcodes: { NOERROR: 1 },
  answerSize: 100,
  meanLatency: 90,
  maximumLatency: 200,
  latencies: [],
};

describe('checkDisturbance', () => {
  it('takes a loaded server that ran', () => {
    expect(() => checkDisturbance(report, 1.9, 0)).not.toThrow();
  });

  // As seen on a busy machine: 84 answers in two seconds without one tick of CPU time, which is no server that costs nothing.
  test.each([
    [
      'hardly ran',
      { ...report, sent: 101, answered: 84, lost: 17 },
      0,
      1.98,
      'only 0.00 s of CPU time in 2.0 s; it waited 99 %',
    ],
    ['lost much', { ...report, answered: 900, lost: 100 }, 1.5, 0.5, '100 of 1000 queries were lost; it waited 25 %'],
  ])('refuses one that %s', (_what, disturbed, spent, waited, message) => {
    expect(() => checkDisturbance(disturbed, spent, waited)).toThrow(Disturbed);
    expect(() => checkDisturbance(disturbed, spent, waited)).toThrow(message);
  });
});

describe('checkAnswers', () => {
  test.each([
    [{ NOERROR: 1 }, { NOERROR: 1 }],
    [
      { NOERROR: 0.34, NXDOMAIN: 0.66 },
      { NOERROR: 1 / 3, NXDOMAIN: 2 / 3 },
    ],
  ])('takes %j for %j', (rcodes, expected) => {
    expect(() => checkAnswers({ ...report, rcodes }, expected)).not.toThrow();
  });

  test.each([
    [{ SERVFAIL: 1 }, { NOERROR: 1 }, 'wrong answers: 0.0 % NOERROR where 100.0 % were expected'],
    [{ NOERROR: 0.9, REFUSED: 0.1 }, { NOERROR: 1 }, 'wrong answers: 90.0 % NOERROR where 100.0 % were expected'],
    [{ NOERROR: 0.99, SERVFAIL: 0.03 }, { NOERROR: 1 }, 'wrong answers: 3.0 % SERVFAIL where 0.0 % were expected'],
  ])('refuses %j for %j', (rcodes, expected, message) => {
    expect(() => checkAnswers({ ...report, rcodes }, expected)).toThrow(message);
  });

  it('refuses silence', () => {
    expect(() => checkAnswers({ ...report, answered: 0, rcodes: {} }, { NOERROR: 1 })).toThrow('none of 1000 queries');
  });
});
