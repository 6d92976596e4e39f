import * as fc from 'fast-check';
import { createEdns, createMessage, type Message, type Question, type ResourceRecord } from './message.ts';
import { DomainName } from './name.ts';
import { parseRecord } from './presentation.ts';
import { recordVectors } from './records/testing/vectors.ts';

/** Any name of up to 255 octets. */
export const anyName: fc.Arbitrary<DomainName> = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 8 })
  .map((labels) => {
    const wire: number[] = [];
    for (const label of labels) if (wire.length + label.length + 2 <= 255) wire.push(label.length, ...label);
    return DomainName.fromWire(Uint8Array.of(...wire, 0));
  });

/** Names that share suffixes, as those of one message do; some in capitals. */
const clusterName: fc.Arbitrary<DomainName> = fc
  .array(fc.constantFrom('web', 'shop', 'svc', 'SVC', 'cluster', 'local', 'a', '_tcp'), { maxLength: 6 })
  .map((labels) => DomainName.parse(`${labels.join('.')}.`));

const someName = fc.oneof({ arbitrary: clusterName, weight: 4 }, anyName);
const uint16 = fc.nat(0xffff);

const question: fc.Arbitrary<Question> = fc.record({ name: someName, type: uint16, class: uint16 });

/** A record of any type, with data from the reference vectors. */
const record: fc.Arbitrary<ResourceRecord> = fc
  .record({
    name: someName,
    class: fc.constantFrom(1, 1, 1, 3, 4660),
    ttl: fc.nat(0xffff_ffff),
    model: fc.constantFrom(...recordVectors.map(({ text }) => parseRecord(`. ${text}`))),
  })
  .map(({ name, class: recordClass, ttl, model }) => ({
    name,
    type: model.type,
    class: recordClass,
    ttl,
    data: model.data,
  }));

const records = fc.array(record, { maxLength: 8 });

/** Any message that has a wire form. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    id: uint16,
    response: fc.boolean(),
    opcode: fc.nat(15),
    authoritative: fc.boolean(),
    truncated: fc.boolean(),
    recursionDesired: fc.boolean(),
    recursionAvailable: fc.boolean(),
    zero: fc.boolean(),
    authenticData: fc.boolean(),
    checkingDisabled: fc.boolean(),
    rcode: fc.nat(0xfff),
    questions: fc.array(question, { maxLength: 2 }),
    answers: records,
    authorities: records,
    additionals: records,
    edns: fc.option(
      fc
        .record({
          payloadSize: uint16,
          version: fc.nat(255),
          flags: uint16,
          options: fc.array(fc.record({ code: uint16, data: fc.uint8Array({ maxLength: 20 }) }), { maxLength: 3 }),
        })
        .map(({ payloadSize, ...fields }) => createEdns(payloadSize, fields)),
      { nil: undefined },
    ),
  })
  .map((fields) => createMessage({ ...fields, rcode: fields.edns === undefined ? fields.rcode & 15 : fields.rcode }));
