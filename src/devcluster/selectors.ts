import { labelsOf, recordsOf, textOf, textsOf, valueAt, type Json, type KubeObject } from './objects.ts';
import { badRequest } from './status.ts';

/** True for the objects that a list or a watch wants. */
export type Matcher = (object: KubeObject) => boolean;

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

// Commas inside the parentheses of a set do not separate requirements.
const COMMA = /,(?![^(]*\))/;
const SET = /^([^\s!=(),<>]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s!=(),<>]+)\s*(==|=|!=)\s*([^\s!=(),<>]*)$/;
const EXISTENCE = /^(!?)\s*([^\s!=(),<>]+)$/;
const COMPARISON = /^([^\s!=(),<>]+)\s*([<>])\s*(-?\d+)$/;

/** A `labelSelector`: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws BadRequest when it is none. */
export function parseLabelSelector(text: string): Matcher {
  if (text.trim() === '') return () => true;
  const requirements = text.split(COMMA).map((part) => parseRequirement(part.trim()));
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((requirement) => requirement(labels));
  };
}

function parseRequirement(text: string): Requirement {
  const [, setKey = '', operator, members = ''] = SET.exec(text) ?? [];
  if (operator !== undefined) {
    const values = members.split(',').map((value) => value.trim());
    const wanted = operator === 'in';
    return (labels) => {
      const value = labels[setKey];
      return value === undefined ? !wanted : values.includes(value) === wanted;
    };
  }
  const [, equalKey = '', sign, value = ''] = EQUALITY.exec(text) ?? [];
  if (sign !== undefined) {
    return sign === '!=' ? (labels) => labels[equalKey] !== value : (labels) => labels[equalKey] === value;
  }
  const [, comparedKey = '', direction, bound] = COMPARISON.exec(text) ?? [];
  if (direction !== undefined) {
    return (labels) => {
      const number = Number(labels[comparedKey] ?? Number.NaN);
      return direction === '>' ? number > Number(bound) : number < Number(bound);
    };
  }
  const [, not, key] = EXISTENCE.exec(text) ?? [];
  if (key === undefined) throw badRequest(`unable to parse requirement: ${complaintAbout(text)}`);
  return (labels) => (labels[key] === undefined) === (not === '!');
}

/** The words of the API for the common mistakes. */
function complaintAbout(text: string): string {
  const afterNot = text.startsWith('!') ? text.slice(1).trimStart() : text;
  const first = /^(?:!=|==|[!=<>(),])/.exec(afterNot)?.[0];
  if (first !== undefined || afterNot === '') return `found '${first ?? ''}', expected: identifier`;
  const rest = afterNot.replace(/^[^\s!=(),<>]+\s*/, '');
  return `found '${rest.split(/\s/)[0] ?? ''}', expected: in, notin, =, ==, !=, gt, lt`;
}

/** Where a field label of the API is found in an object. */
export type FieldLabels = Readonly<Record<string, readonly string[]>>;

/** The field labels that every resource has. */
export const METADATA_FIELDS: FieldLabels = {
  'metadata.name': ['metadata', 'name'],
  'metadata.namespace': ['metadata', 'namespace'],
};

/** A `fieldSelector`: `a=b,c!=d` of the labels that the resource supports. Throws BadRequest. */
export function parseFieldSelector(text: string, labels: FieldLabels): Matcher {
  if (text.trim() === '') return () => true;
  const terms = text.split(/(?<!\\),/).map((term) => {
    const [, label = '', sign, raw = ''] = /^([^=!]+)(==|!=|=)(.*)$/.exec(term) ?? [];
    if (sign === undefined) {
      throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    }
    const path = METADATA_FIELDS[label] ?? labels[label];
    if (path === undefined) throw badRequest(`field label not supported: ${label}`);
    const value = raw.replace(/\\([\\,=])/g, '$1');
    return { path, value, wanted: sign !== '!=' };
  });
  return (object) =>
    terms.every(({ path, value, wanted }) => (fieldText(valueAt(object, ...path)) === value) === wanted);
}

function fieldText(value: Json | undefined): string {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : textOf(value);
}

/** A LabelSelector of an object: `matchLabels` and `matchExpressions`. */
export function matchesLabelSelector(selector: Json | undefined, labels: Labels): boolean {
  const wanted = Object.entries(labelsOf(valueAt(selector, 'matchLabels')));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  return recordsOf(valueAt(selector, 'matchExpressions')).every((expression) => {
    const value = labels[textOf(expression.key)];
    const values = textsOf(expression.values);
    switch (expression.operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

/** The plain selector of a Service: every label has to be there. */
export function matchesLabels(selector: Json | undefined, labels: Labels): boolean {
  return Object.entries(labelsOf(selector)).every(([key, value]) => labels[key] === value);
}
