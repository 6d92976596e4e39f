import type { Token } from '../../corefile/tree.ts';
import type { DomainName } from '../../dns/name.ts';
import { type GoRegExp, parseGoRegExp } from '../../plugin-api/go-regexp.ts';
import { duration, zones } from '../../plugin-api/kinds.ts';
import {
  Complaint,
  countArguments,
  grammar,
  type Kind,
  many,
  one,
  type Option,
  type ParameterOption,
  readToken,
  retired,
} from '../../plugin-api/options.ts';
import type { Naming } from './zone-files.ts';

export interface Directory {
  readonly folder: Token;
  readonly naming: Naming;
}

/** CoreDNS's. */
const DEFAULT_PATTERN = String.raw`db\.(.*)`;
const DEFAULT_TEMPLATE = '{1}';

const USAGE = 'DIR [REGEX TEMPLATE]';

/** A pattern with a group for the template to use. */
const fileName: Kind<GoRegExp> = {
  word: 'REGEX',
  read(given) {
    const pattern = parseGoRegExp(given);
    if (pattern instanceof Complaint || pattern.groupNames.length > 1) return pattern;
    return new Complaint(
      'the regular expression has no group',
      String.raw`put the zone in parentheses, as in db\.(.*)`,
    );
  },
};

const directory: Option<Directory | undefined> = grammar<Directory | undefined>({
  usage: USAGE,
  summary: String.raw`The folder, the names of zone files in it, db\.(.*) by default, and the zones that they have, {1} by default.`,
  initial: undefined,
  read(line, previous, report) {
    if (!countArguments(line, 1, 3, USAGE, report)) return previous;
    const [folder, regex, template] = line.arguments;
    if (folder === undefined) return previous;
    if (regex !== undefined && template === undefined) {
      report({
        code: 'auto/template',
        message: 'a regular expression stands without a template',
        place: regex.place,
        hint: `write: ${line.name.text} ${USAGE}`,
      });
      return previous;
    }
    const pattern = regex === undefined ? fileName.read(DEFAULT_PATTERN) : readToken(fileName, regex, report);
    if (pattern === undefined || pattern instanceof Complaint) return previous;
    return { folder, naming: { pattern, template: template?.text ?? DEFAULT_TEMPLATE } };
  },
});

export const parameters: ParameterOption<readonly (readonly DomainName[])[]> = many(zones, {
  least: 0,
  initial: [],
  summary: "The zones to answer for, the server block's by default.",
});

export interface AutoOptions {
  readonly directory: Directory | undefined;
  readonly reload: number;
  readonly upstream: undefined;
}

export const options: { readonly [Name in keyof AutoOptions]: Option<AutoOptions[Name]> } = {
  directory,
  reload: one(duration(), {
    initial: 60_000,
    summary: 'How often to look for new, changed and vanished files; 0 never.',
  }),
  upstream: retired({
    summary: 'The servers to ask about targets of aliases.',
    instead: 'remove it: the server resolves targets itself',
  }),
};
