import { defineOddRecord, type RecordType } from './define.ts';
import { type Gateway, gatewayLength, gatewayType, parseGateway, printGateway } from './gateway.ts';
import { readGateway, writeGateway } from './gateway.ts';

/** A relay for multicast (RFC 8777 §4). */
export interface Amtrelay {
  /** Lower is tried first. */
  readonly precedence: number;
  readonly discoveryOptional: boolean;
  readonly relay: Gateway;
}

/** The top bit of the octet that has the relay's type. */
const DISCOVERY_OPTIONAL = 0x80;

export const AMTRELAY: RecordType<Amtrelay> = defineOddRecord({
  name: 'AMTRELAY',
  codec: {
    read(reader) {
      const precedence = reader.uint8();
      const octet = reader.uint8();
      const relay = readGateway(reader, octet & ~DISCOVERY_OPTIONAL);
      return { precedence, discoveryOptional: (octet & DISCOVERY_OPTIONAL) !== 0, relay };
    },
    write(writer, { precedence, discoveryOptional, relay }) {
      writer.uint8(precedence);
      writer.uint8((discoveryOptional ? DISCOVERY_OPTIONAL : 0) | gatewayType(relay));
      writeGateway(writer, relay);
    },
    length: ({ relay }) => 2 + gatewayLength(relay),
    parse(tokens) {
      const precedence = tokens.integer('precedence', 255);
      const discoveryOptional = tokens.integer('discovery optional', 1) === 1;
      return { precedence, discoveryOptional, relay: parseGateway(tokens, tokens.integer('relay type', 127)) };
    },
    print({ precedence, discoveryOptional, relay }) {
      return `${precedence} ${discoveryOptional ? 1 : 0} ${gatewayType(relay)} ${printGateway(relay)}`;
    },
  },
});
