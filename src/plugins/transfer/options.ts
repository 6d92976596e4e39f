import { isIP, isIPv6 } from 'node:net';
import { parseAddress, printAddress, unmapIPv4 } from '../../dns/addresses.ts';
import type { DomainName } from '../../dns/name.ts';
import { address, zones } from '../../plugin-api/kinds.ts';
import { Complaint, type Kind, many, one, type Option, type ParameterOption } from '../../plugin-api/options.ts';

/** Who may have a zone, and where it hears of changes; `*` is everybody, and hears nothing. */
export type Destination = '*' | { readonly address: string; readonly port: number };

const DNS_PORT = 53;

const destination: Kind<Destination> = {
  word: '*|ADDRESS[:PORT]',
  read(given) {
    if (given === '*') return '*';
    const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(given) ?? [];
    const host = isIPv6(given) ? given : (bracketed ?? plain ?? given);
    if (isIP(host) === 0) {
      return new Complaint(
        `"${given}" is neither an IP address nor "*"`,
        host === '*' ? 'write * without a port' : 'write an IP address, IP:PORT, [IPV6]:PORT, or * for everybody',
      );
    }
    const port = digits === undefined || host === given ? DNS_PORT : Number(digits);
    if (port < 1 || port > 65_535) return new Complaint(`${port} is no port`, 'ports go from 1 to 65535');
    return { address: canonicalAddress(host), port };
  },
};

export const parameters: ParameterOption<readonly (readonly DomainName[])[]> = many(zones, {
  least: 0,
  initial: [],
  summary: 'The zones that this is about; without any, those of the server block.',
});

export interface TransferOptions {
  readonly to: readonly Destination[];
  /** The address that notifications are sent from. */
  readonly source: string | undefined;
}

export const options: { readonly [Name in keyof TransferOptions]: Option<TransferOptions[Name]> } = {
  to: many(destination, {
    initial: [],
    repeat: 'add',
    summary:
      'Who may transfer the zones: addresses, or * for everybody. Addresses are told of changes (NOTIFY), at port 53 unless given.',
  }),
  source: one(address, {
    initial: undefined,
    repeat: 'once',
    summary: 'The address that notifications come from.',
  }),
};

/** One spelling for each address, and for a mapped IPv4 address that of IPv4. */
export function canonicalAddress(text: string): string {
  const octets = parseAddress(text);
  return octets === undefined ? text : printAddress(unmapIPv4(octets));
}
