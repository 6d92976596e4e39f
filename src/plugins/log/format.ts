import { className, rcodeName } from '../../dns/codes.ts';
import { MINIMUM_PAYLOAD_SIZE, MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import { typeName } from '../../dns/types.ts';
import { protocolLabel, type Query } from '../../plugin-api/query.ts';
import { type Reply, replyLength } from '../../plugin-api/reply.ts';

/** One line about a query; `now` in milliseconds of the monotonic clock. */
export type Format = (query: Query, reply: Reply | null, now: number) => string;

export const COMMON_FORMAT =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';
const COMBINED_FORMAT = `${COMMON_FORMAT} "{>opcode}"`;

/** What stands for a value that there is none of. */
const MISSING = '-';

/** Turns a format with placeholders in braces into a function; what is no placeholder stays as it is. */
export function compileFormat(format: string): Format {
  const full = format.replaceAll('{common}', COMMON_FORMAT).replaceAll('{combined}', COMBINED_FORMAT);
  const parts = full.split(/(\{[^{}]*\})/).map(compilePart);
  return (query, reply, now) =>
    parts.map((part) => (typeof part === 'string' ? part : part(query, reply, now))).join('');
}

function compilePart(part: string): string | Format {
  if (part.startsWith('{/') && part.endsWith('}')) {
    const label = part.slice(2, -1);
    return (query) => query.metadata?.get(label)?.() ?? MISSING;
  }
  return PLACEHOLDERS.get(part) ?? part;
}

const PLACEHOLDERS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['{type}', (query) => typeName(query.question.type)],
  ['{class}', (query) => className(query.question.class)],
  ['{name}', (query) => query.question.name.canonical],
  ['{proto}', (query) => protocolLabel(query.transport)],
  ['{remote}', (query) => inBrackets(query.client.address)],
  ['{local}', (query) => inBrackets(query.local.address)],
  ['{port}', (query) => String(query.client.port)],
  ['{size}', (query) => String(query.size)],
  ['{rcode}', (_query, reply) => (reply === null ? MISSING : rcodeText(reply.rcode))],
  ['{rsize}', (query, reply) => String(replyLength(query, reply))],
  ['{duration}', (query, _reply, now) => `${seconds(now - query.arrival)}s`],
  ['{>id}', (query) => String(query.message.id)],
  ['{>opcode}', (query) => String(query.message.opcode)],
  ['{>do}', (query) => String(query.message.edns?.dnssecOk ?? false)],
  ['{>bufsize}', (query) => String(payloadSize(query))],
  ['{>rflags}', (_query, reply) => (reply === null ? MISSING : flags(reply))],
]);

function inBrackets(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Codes without a name are bare numbers here. */
function rcodeText(rcode: number): string {
  return rcodeName(rcode).replace(/^RCODE/, '');
}

/** Nanoseconds are all that the clock tells; more digits would be noise. Never with an exponent. */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(9).replace(/\.?0+$/, '');
}

function payloadSize(query: Query): number {
  if (protocolLabel(query.transport) === 'tcp') return MAXIMUM_MESSAGE_LENGTH;
  return Math.max(query.message.edns?.payloadSize ?? MINIMUM_PAYLOAD_SIZE, MINIMUM_PAYLOAD_SIZE);
}

function flags(reply: Reply): string {
  const set = ['qr'];
  if (reply.authoritative) set.push('aa');
  if (reply.truncated) set.push('tc');
  if (reply.recursionDesired) set.push('rd');
  if (reply.recursionAvailable) set.push('ra');
  if (reply.authenticData) set.push('ad');
  if (reply.checkingDisabled) set.push('cd');
  return set.join(',');
}
