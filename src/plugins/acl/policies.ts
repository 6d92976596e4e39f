import type { Line, Token } from '../../corefile/tree.ts';
import { AddressSet } from '../../dns/address-set.ts';
import { parseAddress } from '../../dns/addresses.ts';
import { type Cidr, network, parseCidr } from '../../dns/cidr.ts';
import { queryType } from '../../plugin-api/kinds.ts';
import { Complaint, grammar, type Kind, type Option, readToken, type Report } from '../../plugin-api/options.ts';

export type Action = 'allow' | 'block' | 'filter' | 'drop';

/** What is to be done with some queries. */
export interface Policy {
  readonly action: Action;
  /** Undefined for all. */
  readonly types: ReadonlySet<number> | undefined;
  /** Undefined for everybody. */
  readonly sources: AddressSet | undefined;
  readonly line: Line;
}

export type Policies = Readonly<Record<Action, readonly Policy[]>>;

const USAGE = '[type TYPE...] [net SOURCE...]';
/** Stands for every type and for every source. */
const ALL = '*';

export const options: { readonly [Name in Action]: Option<readonly Policy[]> } = {
  allow: policyOption('allow', 'Lets these queries in, whatever other rules say.'),
  block: policyOption('block', 'Answers REFUSED.'),
  filter: policyOption('filter', 'Answers as if there were no records.'),
  drop: policyOption('drop', 'Does not answer.'),
};

/** The policies of a directive in the order of its lines. */
export function inOrder(policies: Policies, directive: Line): readonly Policy[] {
  const byLine = new Map(Object.values(policies).flatMap((some) => some.map((policy) => [policy.line, policy])));
  return (directive.block ?? []).flatMap((line) => byLine.get(line) ?? []);
}

function policyOption(action: Action, summary: string): Option<readonly Policy[]> {
  return grammar<readonly Policy[]>({
    usage: USAGE,
    summary,
    initial: [],
    repeat: 'add',
    read(line, previous, report) {
      const sections = readSections(line, report);
      if (sections === undefined) return previous;
      const types = readAll(queryType, sections.type, report);
      const networks = readAll(source, sections.net, report);
      return [
        ...previous,
        { action, types: types && new Set(types), sources: networks && new AddressSet(networks), line },
      ];
    },
  });
}

interface Sections {
  readonly type: Token[];
  readonly net: Token[];
}

/** The words behind `type` and behind `net`, which may come in any order and several times. */
function readSections(line: Line, report: Report): Sections | undefined {
  const sections: Sections = { type: [], net: [] };
  let heading: { readonly token: Token; readonly tokens: Token[]; readonly before: number } | undefined;
  const isEmpty = (): boolean => heading !== undefined && heading.tokens.length === heading.before;
  for (const token of line.arguments) {
    const name = token.text.toLowerCase();
    if (name === 'type' || name === 'net') {
      if (isEmpty()) break;
      heading = { token, tokens: sections[name], before: sections[name].length };
    } else if (heading === undefined) {
      report({
        code: 'acl/section',
        message: `"${token.text}" is neither "type" nor "net"`,
        place: token.place,
        hint: `write: ${line.name.text} ${USAGE}`,
      });
      return undefined;
    } else {
      heading.tokens.push(token);
    }
  }
  if (heading === undefined || !isEmpty()) return sections;
  report({
    code: 'acl/section',
    message: `nothing stands behind "${heading.token.text}"`,
    place: heading.token.place,
    hint: `name at least one, or write ${heading.token.text} ${ALL}`,
  });
  return undefined;
}

/** The values of the words; undefined if they stand for all that there are. */
function readAll<T>(kind: Kind<T>, tokens: readonly Token[], report: Report): readonly T[] | undefined {
  const values = tokens.flatMap((token) => (token.text === ALL ? [] : (readToken(kind, token, report) ?? [])));
  return tokens.length === 0 || tokens.some(({ text }) => text === ALL) ? undefined : values;
}

const source: Kind<Cidr> = {
  word: 'SOURCE',
  read(given) {
    const cidr = parseCidr(given);
    if (cidr !== undefined) return cidr;
    const address = parseAddress(given);
    if (address !== undefined) return network(address, address.length * 8);
    return new Complaint(
      `"${given}" is neither an address nor an address block`,
      'write one as 10.0.0.1, 10.0.0.0/8 or fd00::/8, or * for everybody',
    );
  },
};
