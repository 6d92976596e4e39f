import { describe, expect, it } from 'vitest';
import { endpointText, plainAddress } from './endpoint.ts';

describe('plainAddress', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (given, plain) => {
    expect(plainAddress(given)).toBe(plain);
  });
});

describe('endpointText', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1:53'],
    ['2001:db8::1', '[2001:db8::1]:53'],
    [undefined, ':53'],
  ])('%s gives %s', (address, text) => {
    expect(endpointText(address, 53)).toBe(text);
  });
});
