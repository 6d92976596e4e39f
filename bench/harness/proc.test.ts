import { describe, expect, it, test } from 'vitest';
import { cpuTime, memoryOf, parseDrops, parseMegabytes, parseStat, parseSteal, parseWaiting } from './proc.ts';

test.each([
  ['23310 (coredns) S 1 1 1 0 -1 4194560 3284 0 0 0 312 107 0 0 20 0 7 0 227573', { user: 3.12, system: 1.07 }],
  ['7 (a ) name) R 1 1 1 0 -1 4194560 3284 0 0 0 5 6 0 0 20 0 7 0 227573\n', { user: 0.05, system: 0.06 }],
])('%s', (text, time) => {
  expect(parseStat(text)).toEqual(time);
});

test('the second number of schedstat is the time of waiting', () => {
  expect(parseWaiting('163204801 2500000000 40\n')).toBe(2.5);
});

test('the eighth number of /proc/stat is what the host took', () => {
  expect(parseSteal('cpu  1 2 3 4 5 6 7 850 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n')).toBe(8.5);
});

describe('parseMegabytes', () => {
  const text = 'VmPeak:\t  200000 kB\nVmRSS:\t   58300 kB\n';
  test.each([
    ['VmRSS', 59.6992],
    ['VmPeak', 204.8],
  ])('%s', (name, megabytes) => {
    expect(parseMegabytes(text, name)).toBeCloseTo(megabytes, 6);
  });

  it('takes no part of a name', () => {
    expect(parseMegabytes(text, 'RSS')).toBeNaN();
  });
});

describe('parseDrops', () => {
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  404: 0100007F:3BF9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30226 2 0000000000000000 17
  404: 0100007F:3BF9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30227 2 0000000000000000 4
  405: 0100007F:3BFA 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30228 2 0000000000000000 9
`;
  test.each([
    [15_353, 21],
    [15_354, 9],
    [53, 0],
  ])('port %i', (port, drops) => {
    expect(parseDrops(text, port)).toBe(drops);
  });
});

describe.skipIf(process.platform !== 'linux')('of this process', () => {
  it('is read from /proc', () => {
    const { user, system } = cpuTime(process.pid);
    const { user: exactUser, system: exactSystem } = process.cpuUsage();
    expect(user + system).toBeCloseTo((exactUser + exactSystem) / 1e6, 0);
    const { resident, peak, own } = memoryOf(process.pid);
    expect(resident / (process.memoryUsage.rss() / 1e6)).toBeCloseTo(1, 0);
    expect(peak).toBeGreaterThanOrEqual(resident * 0.9);
    expect(own).toBeLessThan(peak);
  });
});
