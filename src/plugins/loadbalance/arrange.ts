import type { ResourceRecord } from '../../dns/message.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { TYPE } from '../../dns/types.ts';
import { type Cidr, cidrContains } from '../../dns/cidr.ts';
import { addressKey, DEFAULT_WEIGHT, type Weights } from './weights.ts';

/** A number in [0, 1). */
export type Random = () => number;

/** The records of a section by what is done with them; each group keeps its order. */
interface Groups {
  readonly aliases: ResourceRecord[];
  readonly addresses: ResourceRecord[];
  readonly exchanges: ResourceRecord[];
  readonly others: ResourceRecord[];
}

/** CNAMEs, then what is none of these, then addresses and then MX records, the last two in random order. */
export function shuffleSection(records: readonly ResourceRecord[], random: Random): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const { aliases, addresses, exchanges, others } = group(records);
  return [...aliases, ...others, ...shuffle(addresses, random), ...shuffle(exchanges, random)];
}

/** As `shuffleSection`, but only one address, chosen by weight, changes its place: to the front. */
export function weighSection(
  records: readonly ResourceRecord[],
  weights: Weights,
  random: Random,
): readonly ResourceRecord[] {
  const { aliases, addresses, exchanges, others } = group(records);
  if (addresses.length < 2) return records;
  const chosen = choose(
    addresses.map((record) => weightOf(record, weights)),
    random,
  );
  swap(addresses, 0, chosen);
  return [...aliases, ...others, ...addresses, ...exchanges];
}

/** CNAMEs, then addresses by the first block that they are in, those in none last; then MX records and all others. */
export function preferSection(records: readonly ResourceRecord[], blocks: readonly Cidr[]): readonly ResourceRecord[] {
  const { aliases, addresses, exchanges, others } = group(records);
  if (addresses.length < 2) return records;
  const rank = new Map(addresses.map((record) => [record, rankOf(record, blocks)]));
  const sorted = addresses.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  return [...aliases, ...sorted, ...exchanges, ...others];
}

function group(records: readonly ResourceRecord[]): Groups {
  const groups: Groups = { aliases: [], addresses: [], exchanges: [], others: [] };
  for (const record of records) {
    if (record.type === TYPE.CNAME) groups.aliases.push(record);
    else if (record.type === TYPE.A || record.type === TYPE.AAAA) groups.addresses.push(record);
    else if (record.type === TYPE.MX) groups.exchanges.push(record);
    else groups.others.push(record);
  }
  return groups;
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffle(records: ResourceRecord[], random: Random): ResourceRecord[] {
  for (let i = records.length - 1; i > 0; i--) swap(records, i, Math.floor(random() * (i + 1)));
  return records;
}

function swap(records: ResourceRecord[], i: number, j: number): void {
  const a = records[i];
  const b = records[j];
  if (a === undefined || b === undefined) return;
  records[i] = b;
  records[j] = a;
}

/** An index, each as likely as its weight is large. */
function choose(weights: readonly number[], random: Random): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

function addressOf(record: ResourceRecord): Uint8Array | undefined {
  return A.is(record) || AAAA.is(record) ? record.data.address : undefined;
}

function weightOf(record: ResourceRecord, weights: Weights): number {
  const address = addressOf(record);
  if (address === undefined) return DEFAULT_WEIGHT;
  return weights.get(record.name.canonical)?.get(addressKey(address)) ?? DEFAULT_WEIGHT;
}

function rankOf(record: ResourceRecord, blocks: readonly Cidr[]): number {
  const address = addressOf(record);
  const rank = address === undefined ? -1 : blocks.findIndex((block) => cidrContains(block, address));
  return rank < 0 ? blocks.length : rank;
}
