import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CLASS, RCODE } from './codes.ts';
import { DenialTemplate } from './denial-template.ts';
import { encodeMessage } from './encode.ts';
import { createMessage } from './message.ts';
import { DomainName } from './name.ts';
import { parseRecord } from './presentation.ts';
import { surveyMessage } from './survey.ts';
import { anyName } from './testing.ts';

const soa = parseRecord(
  'cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1790000000 7200 1800 86400 30',
);

it('makes the messages that the encoder makes, and knows of them what a survey tells', () => {
  const template = new DenialTemplate(soa);
  const types = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(anyName, types, fc.constantFrom(RCODE.NOERROR, RCODE.NXDOMAIN, RCODE.SERVFAIL), (name, type, rcode) => {
      const question = { name, type, class: CLASS.IN };
      const { octets, survey } = template.message(question, rcode);
      const parts = { response: true, authoritative: true, rcode, questions: [question], authorities: [soa] };
      expect(Buffer.from(octets)).toEqual(Buffer.from(encodeMessage(createMessage(parts), { compress: false })));
      const { questionEnd, ttlOffsets, leastTtl, plainLength, hasSoa, hasNs, firstAnswerType } =
        surveyMessage(octets) ?? {};
      expect(survey).toMatchObject({ questionEnd, ttlOffsets, leastTtl, plainLength, hasSoa, hasNs, firstAnswerType });
      expect(survey).toMatchObject({ optOffset: -1, optEnd: -1, upperRcode: 0, dnssecOk: false });
    }),
  );
});

it('decodes to the record that it was made of', () => {
  const question = { name: DomainName.parse('a.cluster.local'), type: 1, class: CLASS.IN };
  const { message } = new DenialTemplate(soa).message(question, RCODE.NXDOMAIN);
  expect(message.authorities).toEqual([soa]);
});
