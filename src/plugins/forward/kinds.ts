import { isIP } from 'node:net';
import { suggest } from '../../corefile/suggest.ts';
import { parseRcode, RCODE } from '../../dns/codes.ts';
import { Complaint, type Kind } from '../../plugin-api/options.ts';

/** An rcode by its name, in any letter case. */
export const rcode: Kind<number> = {
  word: 'RCODE',
  read(given) {
    const upper = given.toUpperCase();
    const code = upper.startsWith('RCODE') ? undefined : parseRcode(upper);
    if (code !== undefined) return code;
    const near = suggest(upper, Object.keys(RCODE));
    return new Complaint(
      `"${given}" is not a valid rcode`,
      near === undefined ? 'write its name, as in SERVFAIL, NXDOMAIN, REFUSED' : `did you mean "${near}"?`,
    );
  },
};

/** An rcode that says that something went wrong. */
export const failureRcode: Kind<number> = {
  word: 'RCODE',
  read(given) {
    const code = rcode.read(given);
    return code === RCODE.NOERROR
      ? new Complaint('NOERROR cannot be used in failover', 'list rcodes of failures, as in SERVFAIL, REFUSED')
      : code;
  },
};

/** A resolver as node:dns takes it. */
export const resolverAddress: Kind<string> = {
  word: 'IP[:PORT]',
  read(given) {
    const [, host = given] = /^\[?([^\]]+?)\]?:\d{1,5}$/.exec(given) ?? [];
    return isIP(given) !== 0 || isIP(host) !== 0
      ? given
      : new Complaint(
          `"${given}" is not an IP address or IP:PORT`,
          'the resolver itself has to be given as an address',
        );
  },
};
