import {
  CLASS,
  OPCODE,
  className,
  opcodeName,
  parseClass,
  parseOpcode,
  parseRcode,
  rcodeName,
} from '../../src/dns/codes.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { type Edns, type Message, type Question, createEdns, createMessage } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { parseRecord, printRecord } from '../../src/dns/presentation.ts';
import { TYPE, parseType, typeName } from '../../src/dns/types.ts';
import type { EdnsVector, QueryVector, ReceivedQuery, ReplyVector, UpstreamRule } from './case.ts';

// Between the vectors' words and messages on the wire.

/** The query's message. `id` stands where the query names none. */
export function encodeQuery(query: QueryVector, id: number): Uint8Array {
  return encodeMessage(
    createMessage({
      id: query.id ?? id,
      opcode: known(parseOpcode, query.opcode ?? 'QUERY'),
      ...headerFlags(query.flags ?? ['RD']),
      questions: [questionOf(query.name, query.type, query.class)],
      authorities: (query.authority ?? []).map((text) => parseRecord(text)),
      edns: query.edns && ednsOf(query.edns),
    }),
    { compress: false },
  );
}

/** A message as the vectors would have recorded it, with all that can be compared. */
export function readReply(bytes: Uint8Array): ReplyVector {
  const message = decodeMessage(bytes);
  return {
    id: message.id,
    rcode: rcodeName(message.rcode),
    flags: flagNames(message),
    opcode: opcodeWord(message.opcode),
    question: message.questions.map(questionText),
    answer: message.answers.map(printRecord),
    authority: message.authorities.map(printRecord),
    additional: message.additionals.filter(({ type }) => type !== TYPE.TSIG).map(printRecord),
    ...(message.edns && { edns: ednsVector(message.edns) }),
  };
}

/** The question that a query asks, as replies have it. */
export function questionOfQuery(query: QueryVector): string {
  return questionText(questionOf(query.name, query.type, query.class));
}

/** What an upstream was asked, in the form of `received` steps. */
export function readReceived(query: Message, transport: 'udp' | 'tcp'): ReceivedQuery {
  const question = query.questions[0];
  if (question === undefined) throw new Error('an upstream was sent a message without a question');
  return {
    name: question.name.text,
    type: typeName(question.type),
    ...(question.class !== CLASS.IN && { class: classWord(question.class) }),
    transport,
    flags: flagNames(query),
    ...(query.edns && { edns: ednsVector(query.edns) }),
  };
}

/** An upstream's answer to `query` after `rule`; a rule of undefined refuses. */
export function encodeUpstreamReply(query: Message, rule: UpstreamRule | undefined, truncate: boolean): Uint8Array {
  const question = query.questions[0];
  const qname = question?.name.text ?? '.';
  // A server that compresses names answers in the letters of the question.
  const records = (texts: readonly string[] | undefined): Message['answers'] =>
    (truncate ? [] : (texts ?? [])).map((text) => {
      const record = parseRecord(text.replaceAll('{{qname}}', qname));
      return question?.name.equals(record.name) === true ? { ...record, name: question.name } : record;
    });
  const usual = query.recursionDesired ? ['RD', 'RA'] : ['RA'];
  return encodeMessage(
    createMessage({
      id: rule?.wrong_id === true ? query.id ^ 0xffff : query.id,
      opcode: query.opcode,
      ...headerFlags(rule?.flags ?? usual),
      response: true,
      truncated: truncate,
      rcode: known(parseRcode, rule?.rcode ?? (rule === undefined ? 'REFUSED' : 'NOERROR')),
      questions:
        rule?.wrong_question === undefined || question === undefined
          ? query.questions
          : [{ ...question, name: DomainName.parse(rule.wrong_question) }],
      answers: records(rule?.answer),
      authorities: records(rule?.authority),
      additionals: records(rule?.additional),
      edns: upstreamEdns(query, rule),
    }),
    { compress: true },
  );
}

function upstreamEdns(query: Message, rule: UpstreamRule | undefined): Edns | undefined {
  if (rule?.edns === null) return undefined;
  if (rule?.edns !== undefined) return ednsOf(rule.edns);
  return query.edns && createEdns(1232, { dnssecOk: query.edns.dnssecOk });
}

const FLAGS = {
  QR: 'response',
  AA: 'authoritative',
  TC: 'truncated',
  RD: 'recursionDesired',
  RA: 'recursionAvailable',
  AD: 'authenticData',
  CD: 'checkingDisabled',
} as const satisfies Record<string, keyof Message>;

function flagNames(message: Message): string[] {
  return Object.entries(FLAGS)
    .filter(([, field]) => message[field])
    .map(([name]) => name);
}

function headerFlags(names: readonly string[]): Partial<Message> {
  return Object.fromEntries(Object.entries(FLAGS).map(([name, field]) => [field, names.includes(name)]));
}

function questionOf(name: string, type: string, className = 'IN'): Question {
  return { name: DomainName.parse(name), type: known(parseType, type), class: known(parseClass, className) };
}

function questionText({ name, type, class: code }: Question): string {
  return `${name.text} ${classWord(code)} ${typeName(type)}`;
}

/** The vectors call class 0 by the name that its registry entry has. */
function classWord(code: number): string {
  return code === 0 ? 'RESERVED0' : className(code);
}

/** The vectors write opcodes above UPDATE as numbers. */
function opcodeWord(code: number): string {
  return code > OPCODE.UPDATE || code === 3 ? String(code) : opcodeName(code);
}

function ednsOf({ payload = 1232, do: dnssecOk = false, version = 0, options = [] }: EdnsVector): Edns {
  return createEdns(payload, {
    version,
    dnssecOk,
    options: options.map(([code, hex]) => ({ code, data: Buffer.from(hex, 'hex') })),
  });
}

function ednsVector({ payloadSize, dnssecOk, version, options }: Edns): EdnsVector {
  const printed = options.map(({ code, data }) => [code, Buffer.from(data).toString('hex')] as const);
  return { payload: payloadSize, do: dnssecOk, version, ...(printed.length > 0 && { options: printed }) };
}

function known(parse: (text: string) => number | undefined, text: string): number {
  const code = parse(text);
  if (code === undefined) throw new Error(`no code is known for ${text}`);
  return code;
}
