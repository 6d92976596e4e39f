import { describe, expect, it } from 'vitest';
import { parseRecord, printRecord } from '../presentation.ts';

const parse = (data: string): string => printRecord(parseRecord(`a. 1 SVCB ${data}`)).slice('a. 1 IN SVCB '.length);

describe('parameters', () => {
  it.each([
    ['1 . key1=h2', '1 . alpn="h2"'],
    ['1 . port=53 alpn=h2', '1 . alpn="h2" port="53"'],
    ['1 . key65535', '1 . key65535'],
    ['1 . key65535=""', '1 . key65535'],
    ['1 . no-default-alpn alpn="h2"', '1 . alpn="h2" no-default-alpn'],
    ['1 . ipv6hint=::1,2001:DB8::1', '1 . ipv6hint="::1,2001:db8::1"'],
    ['1 . mandatory=port,key700 port=1 key700=x', '1 . mandatory="port,key700" port="1" key700="x"'],
    ['1 . key700="a=b \\"c\\""', '1 . key700="a=b \\"c\\""'],
    ['1 . tls-supported-groups=29,23', '1 . tls-supported-groups="29,23"'],
    ['0 b.', '0 b.'],
  ])('%s', (data, printed) => expect(parse(data)).toBe(printed));

  it.each([
    ['1 . port=1 port=2', 'the service parameter port is there twice'],
    ['1 . nonsense=1', 'no service parameter: nonsense'],
    ['1 . key65536=1', 'no service parameter: key65536'],
    ['1 . key01=1', 'no service parameter: key01'],
    ['1 . port=65536', 'no value of the service parameter port: port=65536'],
    ['1 . port', 'no value of the service parameter port: port'],
    ['1 . alpn=h2,,h3', 'no value of the service parameter alpn: alpn=h2,,h3'],
    ['1 . alpn=""', 'no value of the service parameter alpn: alpn=""'],
    ['1 . no-default-alpn=x', 'no value of the service parameter no-default-alpn: no-default-alpn=x'],
    ['1 . ipv4hint=::1', 'no value of the service parameter ipv4hint: ipv4hint=::1'],
    ['1 . ech=x', 'no value of the service parameter ech: ech=x'],
    ['1 . mandatory=x', 'no value of the service parameter mandatory: mandatory=x'],
  ])('refuses %s', (data, message) => expect(() => parse(data)).toThrow(expect.objectContaining({ message })));

  it.each([
    ['descending keys', '0003 0002 0035 0001 0003 026832'],
    ['a key twice', '0003 0002 0035 0003 0002 0035'],
    ['a port of one octet', '0003 0001 35'],
    ['an address of three octets', '0004 0003 010203'],
    ['no address', '0004 0000'],
    ['an empty protocol', '0001 0001 00'],
    ['a cut protocol', '0001 0002 0268'],
    ['a value longer than the data', '0003 0004 0035'],
  ])('refuses %s', (_, hex) => {
    const octets = `000100${hex.replaceAll(' ', '')}`;
    expect(() => parse(`\\# ${octets.length / 2} ${octets}`)).toThrow(/no data of SVCB/);
  });
});
