import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import type { Srv } from '../../dns/records/srv.ts';
import type { Address } from '../../kube/address.ts';
import { type Backend, type ServiceTargets, WITHOUT_PORT } from './backends.ts';
import { nameBelow } from './target-name.ts';

/** The weights of an answer add up to about this. */
const TOTAL_WEIGHT = 100;

/** SRV data for `entries` with targets below `zone`: one for each target and port, whatever the number of addresses. */
export function makeTargets(entries: readonly Backend[], zone: DomainName, ttl: number): ServiceTargets {
  const addressed = entries.filter(({ address }) => address.family !== 0);
  // Every pair of address and port counts, also those that are left out below: so CoreDNS shares the weight out.
  const weight = Math.max(1, Math.floor(TOTAL_WEIGHT / addressed.length));
  const names = new Map<string, DomainName | undefined>();
  const seen = new Set<string>();
  const data: Srv[] = [];
  const additionals: ResourceRecord[] = [];
  for (const { address, port, target } of addressed) {
    if (port.port === WITHOUT_PORT.port) continue;
    const text = target.join('.');
    if (!names.has(text)) names.set(text, nameBelow(target, zone));
    const name = names.get(text);
    if (name === undefined) continue;
    if (isNew(seen, `${text}:${port.port}`)) data.push({ priority: 0, weight, port: port.port, target: name });
    if (isNew(seen, `${text} ${address.text}`)) {
      additionals.push(addressRecord(name, ttl, address));
    }
  }
  return { data, additionals };
}

/** The A or AAAA record of an address that is one. */
export function addressRecord(owner: DomainName, ttl: number, address: Address): ResourceRecord {
  return (address.family === 4 ? A : AAAA).make(owner, ttl, { address: address.octets });
}

function isNew(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}
