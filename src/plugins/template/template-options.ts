import type { Line } from '../../corefile/tree.ts';
import { CLASS, parseClass, parseRcode, RCODE } from '../../dns/codes.ts';
import type { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { fallthroughOption } from '../../plugin-api/fallthrough.ts';
import { type GoRegExp, goRegExp } from '../../plugin-api/go-regexp.ts';
import { integer, mnemonic, queryType, zones } from '../../plugin-api/kinds.ts';
import {
  Complaint,
  countArguments,
  grammar,
  type Kind,
  many,
  one,
  type Option,
  readToken,
  retired,
} from '../../plugin-api/options.ts';
import { GoTemplate } from './go-template/go-template.ts';
import { TemplateError } from './go-template/value.ts';

/** Which queries a template is for. */
export interface Scope {
  readonly class: number;
  readonly type: number;
  /** Empty for those of the server block. */
  readonly zones: readonly DomainName[];
}

/** A template of a record and how it was written. */
export interface RecordTemplate {
  readonly template: GoTemplate;
  /** As the metrics' label shows it: Go prints actions without blanks at their ends. */
  readonly label: string;
}

/** An extended error (RFC 8914). */
export interface ExtendedError {
  readonly code: number;
  readonly text: string;
}

const queryClass = mnemonic('CLASS', 'query class', parseClass);
const rcode = mnemonic('RCODE', 'rcode', parseRcode);

const SCOPE_USAGE = 'CLASS TYPE [ZONE...]';
const EVERYTHING: Scope = { class: CLASS.ANY, type: TYPE.ANY, zones: [] };

export const scope: Option<Scope> = grammar<Scope>({
  usage: SCOPE_USAGE,
  summary: 'The queries to answer: ANY stands for all classes or types; zones are the server block’s by default.',
  initial: EVERYTHING,
  read(line, previous, report) {
    if (!countArguments(line, 2, Infinity, SCOPE_USAGE, report)) return previous;
    const [classToken, typeToken, ...rest] = line.arguments;
    return {
      class: readToken(queryClass, classToken, report) ?? CLASS.ANY,
      type: readToken(queryType, typeToken, report) ?? TYPE.ANY,
      zones: rest.flatMap((token) => readToken(zones, token, report) ?? []),
    };
  },
});

const recordTemplate: Kind<RecordTemplate> = {
  word: 'RECORD-TEMPLATE',
  read(text) {
    try {
      const label = text.replace(/\{\{(- )?\s*/g, '{{$1').replace(/\s*?( -)?\}\}/g, '$1}}');
      return { template: new GoTemplate(text), label };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return new Complaint(
        `could not compile template: ${text}, ${error.message}`,
        'see https://pkg.go.dev/text/template',
      );
    }
  },
};

function section(name: string): Option<readonly RecordTemplate[]> {
  return many(recordTemplate, {
    initial: [],
    repeat: 'add',
    summary: `Records of the ${name} section, one an argument, each a Go template of a line of a zone file.`,
  });
}

/** An option whose lines are read later, when it is known which variables there are. */
function lines(usage: string, least: number, summary: string): Option<readonly Line[]> {
  return grammar<readonly Line[]>({
    usage,
    summary,
    initial: [],
    repeat: 'add',
    read: (line, previous, report) =>
      countArguments(line, least, Infinity, usage, report) ? [...previous, line] : previous,
  });
}

const extendedErrorCode = integer('CODE', { minimum: 0, maximum: 65_535 });

const extendedError: Option<ExtendedError | undefined> = grammar<ExtendedError | undefined>({
  usage: 'CODE [TEXT]',
  summary: 'Adds an extended DNS error (RFC 8914).',
  initial: undefined,
  read(line, previous, report) {
    if (!countArguments(line, 1, 2, 'CODE [TEXT]', report)) return previous;
    const code = readToken(extendedErrorCode, line.arguments[0], report);
    return code === undefined ? previous : { code, text: line.arguments[1]?.text ?? '' };
  },
});

export interface TemplateOptions {
  readonly match: readonly GoRegExp[];
  readonly answer: readonly RecordTemplate[];
  readonly additional: readonly RecordTemplate[];
  readonly authority: readonly RecordTemplate[];
  readonly var: readonly Line[];
  readonly expr: readonly Line[];
  readonly rcode: number;
  readonly ederror: ExtendedError | undefined;
  readonly fallthrough: readonly (readonly DomainName[])[] | undefined;
  readonly upstream: undefined;
}

export const options: { readonly [Name in keyof TemplateOptions]: Option<TemplateOptions[Name]> } = {
  match: many(goRegExp, {
    initial: [],
    repeat: 'add',
    summary: 'The name, in lower case with a final dot, has to match one of these regular expressions.',
  }),
  answer: section('answer'),
  additional: section('additional'),
  authority: section('authority'),
  var: lines('NAME EXPRESSION...', 2, 'A value for expressions after it and, as .Var.NAME, for templates.'),
  expr: lines('EXPRESSION...', 1, 'A condition; all of them have to be true.'),
  rcode: one(rcode, { initial: RCODE.NOERROR, summary: 'The response code.' }),
  ederror: extendedError,
  fallthrough: fallthroughOption,
  upstream: retired({ summary: 'Was needed to look up the targets of CNAMEs.', instead: 'remove the line' }),
};
