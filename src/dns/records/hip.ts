import type { DomainName } from '../name.ts';
import { RecordSyntaxError } from '../tokens.ts';
import { defineOddRecord, type RecordType } from './define.ts';
import { exactName, list } from './fields.ts';
import { fromBase64, fromHex, toBase64, toHex } from './text.ts';

/** A host identity (RFC 8005 §5). */
export interface Hip {
  readonly algorithm: number;
  readonly hostIdentityTag: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly rendezvousServers: readonly DomainName[];
}

const servers = list(exactName);

export const HIP: RecordType<Hip> = defineOddRecord({
  name: 'HIP',
  codec: {
    read(reader) {
      const tagLength = reader.uint8();
      const algorithm = reader.uint8();
      const keyLength = reader.uint16();
      const hostIdentityTag = reader.octets(tagLength);
      return {
        algorithm,
        hostIdentityTag,
        publicKey: reader.octets(keyLength),
        rendezvousServers: servers.read(reader),
      };
    },
    write(writer, data) {
      writer.uint8(data.hostIdentityTag.length);
      writer.uint8(data.algorithm);
      writer.uint16(data.publicKey.length);
      writer.octets(data.hostIdentityTag);
      writer.octets(data.publicKey);
      servers.write(writer, data.rendezvousServers);
    },
    length(data) {
      return 4 + data.hostIdentityTag.length + data.publicKey.length + servers.length(data.rendezvousServers);
    },
    parse(tokens) {
      const algorithm = tokens.integer('algorithm', 255);
      const token = tokens.next('host identity tag');
      const hostIdentityTag = fromHex(token, 'host identity tag');
      if (hostIdentityTag.length > 255) throw new RecordSyntaxError('the tag has over 255 octets', token.position);
      const publicKey = fromBase64(tokens.next('public key'), 'public key');
      return { algorithm, hostIdentityTag, publicKey, rendezvousServers: servers.parse(tokens, 'rendezvous server') };
    },
    print(data) {
      const key = `${data.algorithm} ${toHex(data.hostIdentityTag) || '""'} ${toBase64(data.publicKey) || '""'}`;
      return `${key} ${servers.print(data.rendezvousServers)}`.trimEnd();
    },
  },
});
