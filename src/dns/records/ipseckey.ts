import { defineOddRecord, type RecordType } from './define.ts';
import { type Gateway, gatewayLength, gatewayType, parseGateway, printGateway } from './gateway.ts';
import { readGateway, writeGateway } from './gateway.ts';
import { base64 } from './octets.ts';

/** A public key for IPsec (RFC 4025 §2). */
export interface Ipseckey {
  /** Lower is tried first. */
  readonly precedence: number;
  readonly algorithm: number;
  readonly gateway: Gateway;
  readonly publicKey: Uint8Array;
}

export const IPSECKEY: RecordType<Ipseckey> = defineOddRecord({
  name: 'IPSECKEY',
  codec: {
    read(reader) {
      const precedence = reader.uint8();
      const type = reader.uint8();
      const algorithm = reader.uint8();
      return { precedence, algorithm, gateway: readGateway(reader, type), publicKey: reader.rest() };
    },
    write(writer, data) {
      writer.uint8(data.precedence);
      writer.uint8(gatewayType(data.gateway));
      writer.uint8(data.algorithm);
      writeGateway(writer, data.gateway);
      writer.octets(data.publicKey);
    },
    length: (data) => 3 + gatewayLength(data.gateway) + data.publicKey.length,
    parse(tokens) {
      const precedence = tokens.integer('precedence', 255);
      const type = tokens.integer('gateway type', 255);
      const algorithm = tokens.integer('algorithm', 255);
      const gateway = parseGateway(tokens, type);
      return { precedence, algorithm, gateway, publicKey: base64.parse(tokens, 'public key') };
    },
    print({ precedence, algorithm, gateway, publicKey }) {
      const front = `${precedence} ${gatewayType(gateway)} ${algorithm} ${printGateway(gateway)}`;
      return `${front} ${base64.print(publicKey)}`.trimEnd();
    },
  },
});
