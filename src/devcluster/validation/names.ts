import type { Json, KubeObject } from '../objects.ts';
import type { NameRule } from '../resources/resource-type.ts';
import type { Cause } from '../status.ts';
import { Causes } from './causes.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

// RFC 1035 §2.3.4: a label has at most 63 octets; the API keeps names of subdomains to 253 characters.
const LABEL_LIMIT = 63;
const SUBDOMAIN_LIMIT = 253;
// The API's limit for all annotations of an object together.
const ANNOTATIONS_LIMIT = 256 * 1024;

/** What is wrong with a DNS label (RFC 1123 §2.1); undefined when it is one. */
export function labelProblem(text: string): string | undefined {
  if (text.length > LABEL_LIMIT) return `must be no more than ${LABEL_LIMIT} characters`;
  if (LABEL.test(text)) return undefined;
  return (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  );
}

/** What is wrong with a DNS subdomain (RFC 1123): names of most objects. */
export function subdomainProblem(text: string): string | undefined {
  if (text.length > SUBDOMAIN_LIMIT) return `must be no more than ${SUBDOMAIN_LIMIT} characters`;
  if (SUBDOMAIN.test(text)) return undefined;
  return (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
  );
}

const NAME_PROBLEMS: Readonly<Record<NameRule, (text: string) => string | undefined>> = {
  subdomain: subdomainProblem,
  label: labelProblem,
};

/** Name, labels and annotations of any object. `namespaced` says whether it needs a namespace or must have none. */
export function validateMetadata(object: KubeObject, rule: NameRule, namespaced: boolean): readonly Cause[] {
  const causes = new Causes();
  const { name, namespace, labels = {}, annotations = {} } = object.metadata;
  if (name === '') causes.required('metadata.name', 'name or generateName is required');
  else {
    const problem = NAME_PROBLEMS[rule](name);
    if (problem !== undefined) causes.invalid('metadata.name', name, problem);
  }
  if (namespaced && (namespace ?? '') === '') causes.required('metadata.namespace');
  if (!namespaced && namespace !== undefined) causes.forbidden('metadata.namespace', 'not allowed on this type');
  for (const [key, value] of Object.entries(labels)) {
    validateKey(causes, 'metadata.labels', key);
    validateLabelValue(causes, 'metadata.labels', value);
  }
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    validateKey(causes, 'metadata.annotations', key.toLowerCase(), key);
    size += key.length + value.length;
  }
  if (size > ANNOTATIONS_LIMIT) {
    causes.invalid('metadata.annotations', '', `may not be more than ${ANNOTATIONS_LIMIT} bytes`);
  }
  return causes.list;
}

/** The labels of a selector. */
export function validateLabels(
  causes: Causes,
  field: string,
  labels: Readonly<Record<string, Json | undefined>>,
): void {
  for (const [key, value] of Object.entries(labels)) {
    validateKey(causes, field, key);
    if (typeof value === 'string') validateLabelValue(causes, field, value);
  }
}

function validateKey(causes: Causes, field: string, key: string, written = key): void {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  const prefixed = parts.length === 1 ? SUBDOMAIN.test(parts[0] ?? '') : parts.length === 0;
  if (prefixed && name.length <= LABEL_LIMIT && QUALIFIED_NAME.test(name)) return;
  causes.invalid(
    field,
    written,
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
      "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
      "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  );
}

function validateLabelValue(causes: Causes, field: string, value: string): void {
  if (value.length <= LABEL_LIMIT && LABEL_VALUE.test(value)) return;
  if (value.length > LABEL_LIMIT) {
    causes.invalid(field, value, `must be no more than ${LABEL_LIMIT} characters`);
    return;
  }
  causes.invalid(
    field,
    value,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
      "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for " +
      "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  );
}
