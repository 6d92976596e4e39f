import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBase64url } from './base64url.ts';
import { readDohRequest } from './doh-request.ts';

const BODY = Buffer.from('body');

it.each<[method: string, target: string, message: string | undefined]>([
  ['GET', '/dns-query?dns=bWVzc2FnZQ', 'message'],
  ['GET', '/dns-query?dns=Pj4_Pz8-', '>>???>'],
  ['GET', '/dns-query?a=b&dns=bWVzc2FnZQ', 'message'],
  ['GET', '/dns-query?dns=bWVzc2FnZQ&a=b', 'message'],
  ['GET', '/dns-query?dns=bWVzc2Fn%5A%51', 'message'],
  ['GET', '/dns-query?dns=bWVzc2FnZQ&dns=bWVzc2FnZQ', undefined],
  ['GET', '/dns-query?dns=bWVzc2FnZQ==', undefined],
  ['GET', '/dns-query?dns=bWVzc2FnZ', undefined],
  ['GET', '/dns-query?dns=bWVz c2Fn', undefined],
  ['GET', '/dns-query?dns=Pj4/Pz8+', undefined],
  ['GET', '/dns-query?dns=', undefined],
  ['GET', '/dns-query?dns=\u00e9', undefined],
  ['GET', '/dns-query?', undefined],
  ['GET', '/dns-query', undefined],
  ['HEAD', '/dns-query?dns=bWVzc2FnZQ', undefined],
  ['PUT', '/dns-query', undefined],
  ['POST', '/dns-query', 'body'],
  ['POST', '/dns-query?dns=bWVzc2FnZQ', 'body'],
  ['GET', '/', 'elsewhere'],
  ['GET', '/dns-query/', 'elsewhere'],
  ['GET', '/dns-queryx?dns=bWVzc2FnZQ', 'elsewhere'],
  ['POST', '/other', 'elsewhere'],
  ['GET', '*', 'elsewhere'],
])('%s %s', (method, target, message) => {
  const read = readDohRequest({ method, target, body: BODY });
  expect(read instanceof Uint8Array ? Buffer.from(read).toString() : read).toBe(message);
});

it('takes messages of the greatest length, and no longer ones', () => {
  const ask = (length: number): unknown => {
    const dns = Buffer.alloc(length, 1).toString('base64url');
    const message = readDohRequest({ method: 'GET', target: `/dns-query?dns=${dns}`, body: undefined });
    return message instanceof Uint8Array ? message.length : message;
  };
  expect(ask(65_535)).toBe(65_535);
  expect(ask(65_536)).toBeUndefined();
});

it('has nothing to say to a body that is too long', () => {
  expect(readDohRequest({ method: 'POST', target: '/dns-query', body: undefined })).toBeUndefined();
});

it('decodes what Node.js encodes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
      expect(decodeBase64url(Buffer.from(octets).toString('base64url'))).toEqual(Buffer.from(octets));
    }),
  );
});
