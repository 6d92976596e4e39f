import { describe, expect, it } from 'vitest';
import { dnsperfArguments, latencyFigures, parseDnsperf } from './dnsperf.ts';

const statistics = `DNS Performance Testing Tool
Version 2.10.0

[Status] Testing complete (time limit)

Statistics:

  Queries sent:         4001
  Queries completed:    4000 (99.98%)
  Queries lost:         1 (0.02%)

  Response codes:       NOERROR 1333 (33.33%), NXDOMAIN 2667 (66.68%)
  Average packet size:  request 52, response 140
  Run time (s):         2.001088
  Queries per second:   1998.912591

  Average Latency (s):  0.000092 (min 0.000041, max 0.004303)
  Latency StdDev (s):   0.000030
`;

describe('parseDnsperf', () => {
  it('reads the statistics', () => {
    const report = parseDnsperf(statistics);
    expect(report).toMatchObject({ sent: 4001, answered: 4000, lost: 1, seconds: 2.001088, answerSize: 140 });
    expect(report.rate).toBeCloseTo(1998.912591, 6);
    expect(report.rcodes).toEqual({ NOERROR: 0.3333, NXDOMAIN: expect.closeTo(0.6668, 6) });
    expect(report.meanLatency).toBeCloseTo(92, 6);
    expect(report.maximumLatency).toBeCloseTo(4303, 6);
    expect(report.latencies).toEqual([]);
  });

  it('reads the time of each query, and leaves out those without an answer', () => {
    const lines = '> NOERROR a.example A 0.000100\n> T b.example A\n> NXDOMAIN c.example AAAA 0.000300\n';
    const report = parseDnsperf(lines + statistics);
    expect(report.latencies.map(Math.round)).toEqual([100, 300]);
    expect(latencyFigures(report)).toEqual({
      mean: expect.closeTo(92),
      p50: expect.closeTo(200),
      p99: expect.closeTo(300),
    });
  });

  it('reads a run without any answer', () => {
    const silent = statistics.replace('4000 (99.98%)', '0 (0.00%)').replace(/NOERROR 1333.*/, '');
    expect(parseDnsperf(silent)).toMatchObject({ answered: 0, rcodes: {} });
  });

  it('says what is missing', () => {
    expect(() => parseDnsperf('Error: unable to open file')).toThrow('dnsperf printed no Queries sent');
  });
});

describe('dnsperfArguments', () => {
  const load = { port: 5300, queries: 'a.queries', seconds: 5 };

  it('asks over UDP as fast as answers come', () => {
    const words = dnsperfArguments(load).join(' ');
    expect(words).toContain('-s 127.0.0.1 -p 5300 -m udp -d a.queries -l 5 -c 4 -q 100');
    expect(words).not.toMatch(/-Q|-n|-e|-v/);
  });

  it('takes everything else', () => {
    const more = {
      mode: 'dot',
      clients: 2,
      outstanding: 50,
      rate: 2000,
      runs: 3,
      edns: true,
      eachLatency: true,
    } as const;
    const words = dnsperfArguments({ ...load, ...more }).join(' ');
    for (const part of ['-m dot', '-c 2', '-q 50', '-Q 2000', '-n 3', '-e', '-v']) expect(words).toContain(part);
  });
});
