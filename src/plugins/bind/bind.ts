import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Token } from '../../corefile/tree.ts';
import { text } from '../../plugin-api/kinds.ts';
import { many, type Report } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';

const target = text('ADDRESS|INTERFACE');

export const bind: Plugin = definePlugin({
  name: 'bind',
  summary: 'Chooses the addresses or interfaces to listen on; without it all of them.',
  reads: 'question',
  repeatable: true,
  parameters: many(target, {
    initial: [],
    summary: 'Addresses, or interfaces for all their addresses; several lines add up.',
  }),
  options: {
    except: many(target, { initial: [], summary: 'Addresses or interfaces of this line to leave out.' }),
  },
  problems: {
    'bind/target': 'A word of bind is neither an IP address nor a network interface of this machine.',
    'bind/nothing': 'The lines of bind leave no address, so the block listens nowhere.',
  },
  setup(stanzas, context) {
    const addresses = stanzas.flatMap(({ line, given }) => {
      const left = new Set(addressesOf(given.get('except')?.arguments ?? [], context.report));
      return addressesOf(line.arguments, context.report).filter((address) => !left.has(address));
    });
    if (addresses.length === 0) {
      context.report({
        severity: 'warning',
        code: 'bind/nothing',
        message: 'no address is left to listen on',
        place: stanzas[0].line.name.place,
        hint: 'name an address that except does not take away',
      });
    }
    return { settings: { addresses } };
  },
});

/** The addresses that the words stand for; words that stand for none are reported. */
function addressesOf(tokens: readonly Token[], report: Report): string[] {
  const interfaces = networkInterfaces();
  return tokens.flatMap((token) => {
    if (isIP(token.text) !== 0) return [token.text];
    const found = interfaces[token.text];
    if (found === undefined) {
      report({
        code: 'bind/target',
        message: `"${token.text}" is neither an IP address nor an interface of this machine`,
        place: token.place,
        hint: `interfaces here: ${Object.keys(interfaces).join(', ')}`,
      });
      return [];
    }
    // A link-local address means something only together with its interface (RFC 4007 §11).
    return found.map(({ address, scopeid }) =>
      scopeid === undefined || scopeid === 0 ? address : `${address}%${token.text}`,
    );
  });
}
