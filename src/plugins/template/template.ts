import { CLASS, RCODE } from '../../dns/codes.ts';
import type { Edns, ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { parseRecord } from '../../dns/presentation.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { RecordSyntaxError } from '../../dns/tokens.ts';
import { TYPE } from '../../dns/types.ts';
import { ExpressionError } from '../../plugin-api/expression.ts';
import { extendedErrorEdns } from '../../plugin-api/extended-error.ts';
import { fallsThrough, longestZone } from '../../plugin-api/fallthrough.ts';
import { type GoRegExp, parseGoRegExp } from '../../plugin-api/go-regexp.ts';
import { whenAllThere, whenThere } from '../../plugin-api/later.ts';
import { Complaint, type Report } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, makeFailure, makeReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';
import { Conditions } from './conditions.ts';
import { type Struct, TemplateError } from './go-template/value.ts';
import { type NameMatch, templateData } from './template-data.ts';
import { TemplateMetrics } from './template-metrics.ts';
import { options, type RecordTemplate, scope, type Scope, type TemplateOptions } from './template-options.ts';

export const template: Plugin = definePlugin({
  name: 'template',
  summary: 'Answers with records made from templates, for names that match regular expressions.',
  reads: 'everything',
  repeatable: true,
  parameters: scope,
  options,
  problems: {
    'template/variable': 'A variable has a name that is none or that means something already.',
  },
  setup(stanzas, context) {
    const metrics = new TemplateMetrics(context.metrics);
    const templates = stanzas.map(
      (stanza) => new QueryTemplate(stanza.argument, stanza.options, context.block.zones, metrics, context.report),
    );
    return {
      // Which queries are handed on is told by their question, unless there are conditions; answers of its own are not remembered.
      reads: stanzas.some(({ options: { var: variables, expr } }) => variables.length + expr.length > 0)
        ? 'everything'
        : 'question',
      handle(query, next) {
        for (const one of templates) {
          const outcome = one.answer(query);
          if (outcome !== undefined) return outcome;
        }
        return next(query);
      },
    };
  },
});

/** One template directive. */
class QueryTemplate {
  readonly #scope: Scope;
  readonly #options: TemplateOptions;
  readonly #zones: readonly DomainName[];
  readonly #patterns: readonly GoRegExp[];
  readonly #conditions: Conditions;
  readonly #edns: Edns | undefined;
  readonly #metrics: TemplateMetrics;

  constructor(
    scope: Scope,
    given: TemplateOptions,
    blockZones: readonly DomainName[],
    metrics: TemplateMetrics,
    report: Report,
  ) {
    this.#scope = scope;
    this.#options = given;
    this.#zones = scope.zones.length > 0 ? scope.zones : blockZones;
    this.#patterns = given.match.length > 0 ? given.match : [EVERY_NAME];
    this.#conditions = new Conditions(given.var, given.expr, report);
    const { ederror } = given;
    this.#edns = ederror && extendedErrorEdns(ederror.code, ederror.text);
    this.#metrics = metrics;
  }

  /** The answer; undefined if the template is not for this query. */
  answer(query: Query): Outcome | undefined {
    const { question } = query;
    if (!fits(question.class, this.#scope.class, CLASS.ANY) || !fits(question.type, this.#scope.type, TYPE.ANY)) {
      return undefined;
    }
    const zone = longestZone(this.#zones, question.name);
    if (zone === undefined) return undefined;
    const found = matchName(this.#patterns, question.name);
    let variables;
    try {
      variables = found && this.#conditions.evaluate({ query, groups: found.groups });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return makeFailure(query, RCODE.SERVFAIL, new Error(`template: expression: ${error.message}`));
    }
    if (found === undefined || variables === undefined) {
      return fallsThrough(this.#options.fallthrough, question.name) ? undefined : makeFailure(query, RCODE.SERVFAIL);
    }
    this.#metrics.countMatch(query, zone);
    if (this.#options.rcode === RCODE.SERVFAIL) return makeFailure(query, RCODE.SERVFAIL);
    return this.#fill(query, zone, templateData(query, zone, found, variables));
  }

  #fill(query: Query, zone: DomainName, data: Struct): Outcome {
    const { answer, authority, additional, rcode } = this.#options;
    const fill = (section: string, templates: readonly RecordTemplate[]): ResourceRecord[] =>
      templates.map((one) => this.#record(query, zone, section, one, data));
    try {
      const reply = makeReply(query, {
        rcode,
        authoritative: true,
        answers: fill('answer', answer),
        additionals: fill('additional', additional),
        authorities: fill('authority', authority),
        edns: this.#edns,
      });
      return followAliases(query, reply);
    } catch (error) {
      if (!(error instanceof TemplateError || error instanceof RecordSyntaxError)) throw error;
      return makeFailure(query, RCODE.SERVFAIL, error);
    }
  }

  #record(query: Query, zone: DomainName, section: string, one: RecordTemplate, data: Struct): ResourceRecord {
    let text = '';
    try {
      text = one.template.execute(data);
      return parseRecord(text);
    } catch (error) {
      if (error instanceof TemplateError) {
        this.#metrics.countTemplateFailure(query, zone, section, one.label);
        throw new TemplateError(`template: ${section}: ${error.message} in ${JSON.stringify(one.label)}`);
      }
      if (error instanceof RecordSyntaxError) this.#metrics.countRecordFailure(query, zone, section, one.label);
      throw error;
    }
  }
}

const EVERY_NAME = everyName();

function everyName(): GoRegExp {
  const pattern = parseGoRegExp('.*');
  if (pattern instanceof Complaint) throw new TypeError(pattern.message);
  return pattern;
}

function fits(asked: number, served: number, any: number): boolean {
  return asked === served || asked === any || served === any;
}

function matchName(patterns: readonly GoRegExp[], name: DomainName): NameMatch | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(name.canonical);
    if (found === null) continue;
    // Groups that took no part are undefined, whatever the type of the array says.
    const match = Array.from(found, (text: string | undefined) => text ?? '');
    const groups = new Map(match.map((text, i) => [String(i), text]));
    for (const [i, group] of pattern.groupNames.entries()) if (group !== undefined) groups.set(group, match[i] ?? '');
    return { pattern: pattern.pattern, match, groups };
  }
  return undefined;
}

/** Adds what the targets of CNAMEs have for an address query. */
function followAliases(query: Query, reply: Reply): Outcome {
  const { type } = query.question;
  if (type !== TYPE.A && type !== TYPE.AAAA) return reply;
  const targets = reply.answers.filter((record) => CNAME.is(record)).map(({ data }) => data.target);
  if (targets.length === 0) return reply;
  const outcomes = targets.map((name) => query.resolve(query, { ...query.question, name }));
  return whenThere(whenAllThere(outcomes), (replies) => append(reply, replies));
}

function append(reply: Reply, found: readonly (Reply | null)[]): Reply {
  return changeReply(reply, {
    answers: [...reply.answers, ...found.flatMap((other) => other?.answers ?? [])],
    truncated: reply.truncated || found.some((other) => other?.truncated === true),
  });
}
