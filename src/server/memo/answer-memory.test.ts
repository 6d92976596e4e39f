import { describe, expect, it } from 'vitest';
import { RCODE } from '../../dns/codes.ts';
import { decodeMessage } from '../../dns/decode.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createEdns, type Message, type ResourceRecord } from '../../dns/message.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { Generations } from '../../plugin-api/generations.ts';
import type { PluginInstance } from '../../plugin-api/plugin.ts';
import { makeReply, type ReplyParts } from '../../plugin-api/reply.ts';
import { defaultSettings } from '../../plugin-api/settings.ts';
import { type TestQuery, testQuery } from '../../plugin-api/testing.ts';
import { type Validity, validWhile } from '../../plugin-api/validity.ts';
import { allocateWireArea } from '../../transport/wire-area.ts';
import type { Block } from '../block.ts';
import { encodeReply } from '../respond.ts';
import { AnswerMemory } from './answer-memory.ts';
import { AnswerWriter, pathOf } from './answer-writer.ts';
import { RecorderList } from './recorder-list.ts';

/** A memory, and what a server would do with it. */
class Remembering {
  readonly generations = new Generations();
  readonly memory: AnswerMemory;
  readonly #writer: AnswerWriter;
  readonly block: Block;
  now = 1000;
  readonly #input = allocateWireArea(4096);
  readonly #output = allocateWireArea(65_535);

  constructor(options: { readonly capacity?: number; readonly instances?: readonly PluginInstance[] } = {}) {
    const { generations } = this;
    const notes = new RecorderList();
    this.#writer = new AnswerWriter(generations, notes);
    const { counters } = generations;
    this.memory = new AnswerMemory({ capacity: options.capacity ?? 1 << 16, counters, notes, random: Math.random });
    this.block = {
      zones: [],
      instances: (options.instances ?? []).map((instance) => ({ name: 'any', instance })),
      settings: defaultSettings,
      generations: [],
      chain: undefined,
    };
  }

  /** Lets the memory see how the query was answered; the answer's octets. */
  answer(asked: TestQuery, parts: ReplyParts, validity: Partial<Validity> = {}): Uint8Array {
    const query = testQuery(asked);
    const reply = makeReply(query, { validity: { ...validWhile(this.generations, []), ...validity }, ...parts });
    const octets = encodeReply(query, reply);
    const request = encodeMessage(query.message, { compress: false });
    // What is asked once is not remembered.
    for (let i = 0; i < 2; i++) {
      const image = this.#writer.write(query, request, reply, octets, this.block, this.now);
      if (image !== undefined) this.memory.insert(image);
    }
    return octets;
  }

  recall(asked: TestQuery): Message | undefined {
    const query = testQuery(asked);
    const request = encodeMessage(query.message, { compress: false });
    this.#input.bytes.set(request);
    const length = this.memory.recall(this.#input, 0, request.length, pathOf(query), this.#output, 0, 65_535, this.now);
    return length === 0 ? undefined : decodeMessage(this.#output.bytes.slice(0, length));
  }

  /** The answers recalled, in presentation format. */
  recalled(asked: TestQuery): readonly string[] | undefined {
    return this.recall(asked)?.answers.map(printRecord);
  }
}

function records(...texts: readonly string[]): ResourceRecord[] {
  return texts.map((text) => parseRecord(text));
}

const WEB = records('web.test. 30 IN A 10.0.0.1');
const MANY = Array.from({ length: 64 }, (_, i) => `web.test. 30 IN A 10.0.0.${i}`);

describe('a remembered answer', () => {
  it('is that to the same question, with the id of the one who asks', () => {
    const server = new Remembering();
    server.answer({ name: 'web.test' }, { authoritative: true, answers: WEB });
    const again = server.recall({ name: 'web.test', message: { id: 77 } });
    expect(again).toMatchObject({ id: 77, authoritative: true, rcode: RCODE.NOERROR });
    expect(again?.answers.map(printRecord)).toEqual(['web.test. 30 IN A 10.0.0.1']);
    expect(server.recall({ name: 'web.test', type: 'AAAA' })).toBeUndefined();
    expect(server.recall({ name: 'Web.test' })).toBeUndefined();
  });

  it('has the letters of the question', () => {
    const server = new Remembering();
    for (const name of ['web.test', 'WEB.test']) server.answer({ name }, { answers: WEB });
    expect(['web.test', 'WEB.test'].map((name) => server.recall({ name })?.questions[0]?.name.text)).toEqual([
      'web.test.',
      'WEB.test.',
    ]);
  });

  it('ends with its time, and with what it was made from', () => {
    const server = new Remembering();
    const slot = server.generations.own();
    server.answer({ name: 'timed.test' }, { answers: WEB }, { until: 2000 });
    server.answer({ name: 'made.test' }, { answers: WEB }, validWhile(server.generations, [slot]));
    server.now = 1999;
    expect(server.recall({ name: 'timed.test' })).toBeDefined();
    server.now = 2000;
    expect(server.recall({ name: 'timed.test' })).toBeUndefined();
    expect(server.recall({ name: 'made.test' })).toBeDefined();
    server.generations.move(slot);
    expect(server.recall({ name: 'made.test' })).toBeUndefined();
  });

  it('counts its TTLs down', () => {
    const server = new Remembering();
    server.answer({ name: 'web.test' }, { answers: WEB }, { countsDownFrom: 600, until: 30_600 });
    const ttls = [1000, 1599, 1600, 5700, 30_599].map((now) => {
      server.now = now;
      return server.recall({ name: 'web.test' })?.answers[0]?.ttl;
    });
    expect(ttls).toEqual([30, 30, 29, 25, 1]);
  });

  it('has the serial of the moment', () => {
    const server = new Remembering();
    const serialSlot = server.generations.own();
    const soa = records('test. 5 IN SOA ns.test. admin.test. 1 7200 1800 86400 5');
    server.answer({ name: 'no.test' }, { rcode: RCODE.NXDOMAIN, authorities: soa }, { serialSlot });
    server.generations.set(serialSlot, 4_000_000_000 | 0);
    expect(server.recall({ name: 'no.test' })?.authorities.map(printRecord)).toEqual([
      'test. 5 IN SOA ns.test. admin.test. 4000000000 7200 1800 86400 5',
    ]);
  });

  it('goes back with the payload size of the one who asks, within the limit', () => {
    const server = new Remembering();
    const edns = (size: number): TestQuery => ({ name: 'web.test', message: { edns: createEdns(size) } });
    server.answer(edns(1232), { answers: WEB });
    expect(server.recall(edns(4096))?.edns?.payloadSize).toBe(4096);
    server.answer(edns(4096), { answers: WEB, payloadLimit: 1400 });
    expect(server.recall(edns(4096))?.edns?.payloadSize).toBe(1400);
    expect(server.recall(edns(600))?.edns?.payloadSize).toBe(600);
    expect(server.recall({ name: 'web.test' })).toBeUndefined();
  });

  it.each<[asked: string, from: number, to: readonly [number, boolean][]]>([
    [
      'whole',
      4096,
      [
        [4096, true],
        [1232, true],
        [1000, false],
      ],
    ],
    [
      'cut',
      600,
      [
        [600, true],
        [601, false],
        [599, false],
      ],
    ],
  ])('%s goes only to those who take that much', (_what, from, to) => {
    const server = new Remembering();
    const edns = (size: number): TestQuery => ({ name: 'web.test', message: { edns: createEdns(size) } });
    server.answer(edns(from), { answers: records(...MANY) });
    expect(to.map(([size]) => [size, server.recall(edns(size)) !== undefined])).toEqual(to);
  });

  it('is counted by all who look at answers, with the size of the request and the time', () => {
    const seen: string[] = [];
    const observer = (name: string): PluginInstance => ({
      observe: () => {},
      recorder: () => ({ record: (size, milliseconds) => void seen.push(`${name} ${size} ${milliseconds}`) }),
    });
    const server = new Remembering({ instances: [observer('a'), { observe: () => {}, recorder: () => 'nothing' }] });
    const own = { record: (size: number) => void seen.push(`own ${size}`) };
    server.answer({ name: 'web.test' }, { answers: WEB }, { recorders: [own] });
    server.recall({ name: 'web.test' });
    server.recall({ name: 'web.test' });
    expect(seen).toEqual([]);
    server.memory.settle(0.5);
    server.memory.settle(0.5);
    expect(seen).toEqual(['own 26', 'a 26 0.5', 'own 26', 'a 26 0.5']);
  });
});

describe('not remembered is', () => {
  const cases: readonly [string, ReplyParts, PluginInstance[]?][] = [
    ['an answer without validity', { answers: WEB, validity: undefined }],
    ['one with an error', { answers: WEB, error: new Error('no') }],
    ['one to another question', { answers: WEB, question: testQuery({ name: 'other.test' }).question }],
    ['one that somebody wants to see each time', { answers: WEB }, [{ observe: () => {}, recorder: () => 'pass' }]],
    ['one that somebody looks at who says nothing', { answers: WEB }, [{ observe: () => {} }]],
    [
      'one with EDNS options',
      { answers: WEB, edns: createEdns(1232, { options: [{ code: 3, data: Uint8Array.of(1) }] }) },
    ],
  ];
  it.each(cases)('%s', (_what, parts, instances = []) => {
    const server = new Remembering({ instances });
    const asked = { name: 'web.test', message: { edns: createEdns(1232) } };
    server.answer(asked, parts);
    expect(server.recall(asked)).toBeUndefined();
  });
});

describe('the order of addresses', () => {
  function orders(asked: TestQuery, parts: ReplyParts, times: number): readonly (readonly string[])[] {
    const server = new Remembering();
    server.answer(asked, parts, { shuffled: true });
    return Array.from({ length: times }, () => server.recalled(asked) ?? ['forgotten']);
  }

  it('is another one each time, and all are as likely', () => {
    const texts = ['a', 'b', 'c'].map((_, i) => `web.test. 30 IN A 10.0.0.${i}`);
    const seen = new Map<string, number>();
    for (const order of orders({ name: 'web.test' }, { answers: records(...texts) }, 6000)) {
      expect(order.toSorted()).toEqual(texts);
      seen.set(order.join(), (seen.get(order.join()) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    // 1,000 expected, and a standard deviation of 29.
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });

  it('brings all addresses to those who get a cut answer', () => {
    const seen = new Set<string>();
    for (const order of orders({ name: 'web.test' }, { answers: records(...MANY) }, 200)) {
      expect(order.length).toBeLessThan(MANY.length);
      expect(new Set(order).size).toBe(order.length);
      for (const record of order) seen.add(record);
    }
    expect([...seen].toSorted()).toEqual(MANY.toSorted());
  });

  it('changes for IPv6, for targets of different lengths, and for MX records', () => {
    const mixed = {
      answers: records(
        'web.test. 5 IN SRV 0 1 80 a.test.',
        'web.test. 5 IN MX 1 a.test.',
        'web.test. 5 IN MX 2 long.b.test.',
      ),
      additionals: records(
        'a.test. 5 IN A 10.0.0.1',
        'b.longer.test. 5 IN AAAA 2001:db8::1',
        'c.test. 5 IN A 10.0.0.3',
      ),
    };
    const server = new Remembering();
    server.answer({ name: 'web.test', type: 'ANY' }, mixed, { shuffled: true });
    const seen = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const { answers = [], additionals = [] } = server.recall({ name: 'web.test', type: 'ANY' }) ?? {};
      expect([...answers, ...additionals].map(printRecord).toSorted()).toEqual(
        [...mixed.answers, ...mixed.additionals].map(printRecord).toSorted(),
      );
      seen.add([...answers, ...additionals].map(printRecord).join());
    }
    expect(seen.size).toBe(12);
    const long = ['1', '2'].map((digit) => `web.test. 30 IN AAAA 2001:db8::${digit}`);
    expect(
      new Set(orders({ name: 'web.test', type: 'AAAA' }, { answers: records(...long) }, 100).map(String)).size,
    ).toBe(2);
  });
});

describe('the room for answers', () => {
  it('is bounded: the oldest go, those in use stay', () => {
    const server = new Remembering({ capacity: 1 << 14 });
    const name = (i: number): string => `name-${String(i).padStart(4, '0')}.test`;
    let forgotten = 0;
    for (let i = 0; i < 2000; i++) {
      server.answer({ name: name(i) }, { answers: WEB });
      expect(server.recalled({ name: name(i) })).toBeDefined();
      if (server.recall({ name: 'used.test' }) !== undefined) continue;
      // Of five that share a bucket one goes, and comes again with the next question.
      forgotten++;
      server.answer({ name: 'used.test' }, { answers: WEB });
    }
    const left = Array.from({ length: 2000 }, (_, i) => i).filter(
      (i) => server.recall({ name: name(i) }) !== undefined,
    );
    expect(forgotten).toBeLessThan(10);
    expect(left.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(120);
    expect(Math.min(...left)).toBeGreaterThan(1800);
  });

  it('is not used up by answers that come anew', () => {
    const server = new Remembering({ capacity: 1 << 14 });
    server.answer({ name: 'first.test' }, { answers: WEB });
    for (let i = 0; i < 2000; i++) {
      server.answer({ name: 'again.test' }, { answers: records(`again.test. 30 IN A 10.0.${i >> 8}.${i & 255}`) });
    }
    expect(server.recalled({ name: 'again.test' })).toEqual(['again.test. 30 IN A 10.0.7.207']);
    expect(server.recall({ name: 'first.test' })).toBeDefined();
  });

  it('of questions with capitals is their own', () => {
    const server = new Remembering();
    server.answer({ name: 'web.test' }, { answers: WEB });
    for (let i = 0; i < 1000; i++) server.answer({ name: `WEB-${i}.test` }, { answers: WEB });
    expect(server.recall({ name: 'web.test' })).toBeDefined();
    expect(server.recall({ name: 'WEB-999.test' })).toBeDefined();
    expect(server.recall({ name: 'WEB-0.test' })).toBeUndefined();
  });

  it('is found in again however many there are', () => {
    const server = new Remembering({ capacity: 1 << 20 });
    const names = Array.from({ length: 4000 }, (_, i) => `name-${i}.test`);
    for (const [i, name] of names.entries()) {
      server.answer({ name }, { answers: WEB });
      if (i % 100 !== 0) continue;
      const known = names.slice(0, i + 1).filter((one) => server.recall({ name: one }) !== undefined);
      // Of five that share a bucket one goes.
      expect(known.length).toBeGreaterThan(0.95 * i);
    }
  });

  it('is all free again when everything is forgotten', () => {
    const server = new Remembering({ capacity: 1 << 14 });
    const names = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? `name-${i}.test` : `NAME-${i}.test`));
    for (let round = 0; round < 3; round++) {
      for (const name of names) server.answer({ name }, { answers: WEB });
      expect(names.filter((name) => server.recall({ name }) !== undefined).length).toBeGreaterThan(10);
      server.memory.forget();
      expect(names.filter((name) => server.recall({ name }) !== undefined)).toEqual([]);
    }
  });

  it('has none for an answer that would push out many', () => {
    const server = new Remembering({ capacity: 1 << 12 });
    const asked = { name: 'web.test', transport: 'tcp' } as const;
    server.answer(asked, { answers: records(...MANY) });
    expect(server.recall(asked)).toBeUndefined();
  });
});
