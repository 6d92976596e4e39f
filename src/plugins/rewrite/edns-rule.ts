import type { Line } from '../../corefile/tree.ts';
import { EDNS_OPTION } from '../../dns/codes.ts';
import { lowerCase } from '../../dns/name.ts';
import { oneOf } from '../../plugin-api/kinds.ts';
import { Complaint, countArguments, type Kind, readToken, type Report } from '../../plugin-api/options.ts';
import { changeOption, type OptionAction } from './option-change.ts';
import { clientSubnet, type OptionData, readOptionData } from './option-data.ts';
import type { Field, Rule } from './rule.ts';

const USAGE = 'TYPE ACTION ARGUMENT... [revert]';

/** Another EDNS option in the query. */
export const ednsField: Field = {
  usage: USAGE,
  read(line, report) {
    if (!countArguments(line, 2, Infinity, USAGE, report)) return undefined;
    const [typeToken, actionToken, ...rest] = line.arguments;
    const type = readToken(optionType, typeToken, report);
    const action = readToken(optionAction, actionToken, report);
    if (type === undefined || action === undefined || typeToken === undefined) return undefined;
    const revert = action !== 'unset' && rest.at(-1)?.text === 'revert';
    const words = { name: typeToken, arguments: revert ? rest.slice(0, -1) : rest, block: undefined };
    return readers[type](words, { action, revert }, report);
  },
};

interface Change {
  readonly action: OptionAction;
  readonly revert: boolean;
}

type OptionType = 'local' | 'nsid' | 'subnet';

const optionType = anyCase(oneOf<OptionType>(['local', 'nsid', 'subnet']));
const optionAction = anyCase(oneOf<OptionAction>(['set', 'replace', 'append', 'unset']));

const NOTHING = new Uint8Array();
const noData: OptionData = () => NOTHING;

/** How each type reads what follows the action. `words.name` is the type. */
const readers: Readonly<Record<OptionType, (words: Line, change: Change, report: Report) => Rule | undefined>> = {
  local(words, change, report) {
    const usage = change.action === 'unset' ? 'unset CODE' : `${change.action} CODE DATA [revert]`;
    const count = change.action === 'unset' ? 1 : 2;
    if (!countArguments(words, count, count, usage, report)) return undefined;
    const [codeToken, dataToken] = words.arguments;
    const code = readToken(optionCode, codeToken, report);
    const data = dataToken === undefined ? noData : readToken(optionData, dataToken, report);
    if (code === undefined || data === undefined) return undefined;
    return { ...optionRule({ ...change, code, repeats: true }, data), localOption: code };
  },
  nsid(words, change, report) {
    if (!countArguments(words, 0, 0, `${change.action} [revert]`, report)) return undefined;
    return optionRule({ ...change, code: EDNS_OPTION.NSID, repeats: true }, noData);
  },
  subnet(words, change, report) {
    const count = change.action === 'unset' ? 0 : 2;
    const usage = change.action === 'unset' ? 'unset' : `${change.action} V4BITS V6BITS [revert]`;
    if (!countArguments(words, count, count, usage, report)) return undefined;
    const [ipv4Token, ipv6Token] = words.arguments;
    const code = EDNS_OPTION.ECS;
    if (ipv4Token === undefined || ipv6Token === undefined)
      return optionRule({ ...change, code, repeats: false }, noData);
    const ipv4Bits = readToken(prefixLength('IPv4', 32), ipv4Token, report);
    const ipv6Bits = readToken(prefixLength('IPv6', 128), ipv6Token, report);
    if (ipv4Bits === undefined || ipv6Bits === undefined) return undefined;
    return optionRule({ ...change, code, repeats: false }, clientSubnet(ipv4Bits, ipv6Bits));
  },
};

function optionRule(change: Parameters<typeof changeOption>[1], data: OptionData): Rule {
  return {
    reads: 'everything',
    apply(query) {
      const octets = data(query);
      return octets === undefined ? undefined : changeOption(query, change, octets);
    },
  };
}

const optionData: Kind<OptionData> = { word: 'DATA', read: readOptionData };

const optionCode = number('CODE', 0xffff, (text, hint) => new Complaint(`"${text}" is not an option code`, hint));

function prefixLength(family: string, maximum: number): Kind<number> {
  return number('BITS', maximum, (text, hint) => new Complaint(`invalid ${family} mask length ${text}`, hint));
}

/** A whole number as Go reads it: decimal, or with 0x, 0o, 0b or 0 in front. */
function number(word: string, maximum: number, complain: (text: string, hint: string) => Complaint): Kind<number> {
  return {
    word,
    read(text) {
      const octal = /^0(\d+)$/.exec(text);
      const value = Number(octal === null ? text : `0o${octal[1]}`);
      if (/^(?:\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.test(text) && value <= maximum) return value;
      return complain(text, `write a number up to ${maximum}, or 0x and hexadecimal digits`);
    },
  };
}

function anyCase<T>(kind: Kind<T>): Kind<T> {
  return { word: kind.word, read: (text) => kind.read(lowerCase(text)) };
}
