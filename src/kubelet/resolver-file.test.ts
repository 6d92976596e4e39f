import { describe, expect, it } from 'vitest';
import { parseResolverFile, printResolverFile, type ResolverFile, ResolverFileError } from './resolver-file.ts';

describe('a resolv.conf', () => {
  it.each<[about: string, text: string, file: Partial<ResolverFile>]>([
    ['nothing', '', {}],
    ['comments', '# a\n; b\n#nameserver 192.0.2.1\n', {}],
    ['blanks', ' \tnameserver\t192.0.2.1 x\r\n', { nameservers: ['192.0.2.1'] }],
    ['the last search line', 'search a b\nsearch c.\n', { searches: ['c'] }],
    ['the root', 'search . a.\n', { searches: ['a'] }],
    ['options of several lines', 'options a ndots:2\noptions ndots:3 b\n', { options: ['a', 'ndots:3', 'b'] }],
    ['other words', 'domain a\nsortlist 10.0.0.0\nNAMESERVER 192.0.2.1\n', {}],
  ])('is read: %s', (_, text, file) => {
    expect(parseResolverFile(text)).toEqual({ nameservers: [], searches: [], options: [], ...file });
  });

  it.each([
    ['nameserver 192.0.2.1\nnameserver\n', 'line 2 says "nameserver" without an address'],
    ['#'.repeat(10 * 1024 * 1024 + 1), 'it is longer than 10 MiB'],
  ])('is refused', (text, message) => {
    expect(() => parseResolverFile(text)).toThrow(new ResolverFileError(message));
  });

  it.each<[file: ResolverFile, text: string]>([
    [
      { nameservers: ['10.96.0.10', '::1'], searches: ['a', 'b'], options: ['ndots:5', 'edns0'] },
      'search a b\nnameserver 10.96.0.10\nnameserver ::1\noptions ndots:5 edns0\n',
    ],
    [{ nameservers: [], searches: [], options: ['ndots:5'] }, 'options ndots:5\n'],
    [{ nameservers: [], searches: [], options: [] }, ''],
  ])('is printed: %j', (file, text) => {
    expect(printResolverFile(file)).toBe(text);
  });
});
