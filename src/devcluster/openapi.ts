import type { JsonObject } from './objects.ts';
import type { ResourceType } from './resources/resource-type.ts';
import type { Schema } from './schema.ts';

function pathOf(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

/** `/openapi/v3`: where the document of each group version is. */
export function openApiIndex(resources: readonly ResourceType[]): JsonObject {
  const paths = new Set(resources.map(({ group, version }) => pathOf(group, version)));
  const entries = [...paths].map((path): [string, JsonObject] => [path, { serverRelativeURL: `/openapi/v3/${path}` }]);
  return { paths: Object.fromEntries(entries) };
}

/**
 * The document of a group version: the kinds with their members, and for each the operations that tell kubectl that
 * the server checks members itself (`fieldValidation`).
 */
export function openApiDocument(resources: readonly ResourceType[], group: string, version: string): JsonObject {
  const own = resources.filter((row) => row.group === group && row.version === version);
  const schemas = new Map<string, JsonObject>();
  for (const row of own) {
    const kind = { group: row.group, version: row.version, kind: row.kind };
    const name = kindName(row);
    schemas.set(name, { ...schemaOf(row.schema, schemas), type: 'object', 'x-kubernetes-group-version-kind': [kind] });
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.32.0' },
    paths: Object.fromEntries(own.flatMap((row) => pathsOf(row))),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function kindName(row: ResourceType): string {
  return `${row.group === '' ? 'core' : row.group}.${row.version}.${row.kind}`;
}

function pathsOf(row: ResourceType): readonly [string, JsonObject][] {
  const scope = row.namespaced ? '/namespaces/{namespace}' : '';
  const base = `/${pathOf(row.group, row.version)}${scope}/${row.plural}`;
  const kind = { group: row.group, version: row.version, kind: row.kind };
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }));
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${kindName(row)}` } } };
  const operation = (action: string): JsonObject => ({
    parameters,
    responses: { 200: { description: 'OK', content } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  });
  return [
    [base, { get: operation('list'), post: operation('post') }],
    [`${base}/{name}`, { get: operation('get'), put: operation('put'), patch: operation('patch') }],
  ];
}

/** Types with a name become components of their own, once. */
function schemaOf(schema: Schema, schemas: Map<string, JsonObject>): JsonObject {
  switch (schema.type) {
    case 'any':
      return { 'x-kubernetes-preserve-unknown-fields': true };
    case 'int-or-string':
      return { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' };
    case 'quantity':
      return { oneOf: [{ type: 'string' }, { type: 'number' }] };
    case 'time':
      return { type: 'string', format: 'date-time' };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'string':
    case 'integer':
    case 'boolean':
      return { type: schema.type };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(schema.values, schemas) };
    case 'list': {
      const { mergeKey, mapKeys } = schema;
      return {
        type: 'array',
        items: reference(schema.items, schemas),
        ...(mergeKey === undefined ? {} : { 'x-kubernetes-patch-strategy': 'merge' }),
        ...(mergeKey === undefined || mergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
        ...(mapKeys === undefined ? {} : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': mapKeys }),
      };
    }
    case 'object':
    default: {
      const members = Object.entries(schema.fields).map(([name, member]): [string, JsonObject] => [
        name,
        reference(member, schemas),
      ]);
      return { type: 'object', properties: Object.fromEntries(members) };
    }
  }
}

function reference(schema: Schema, schemas: Map<string, JsonObject>): JsonObject {
  if (schema.type !== 'object') return schemaOf(schema, schemas);
  const name = `io.k8s.api.${schema.name}`;
  if (!schemas.has(name)) {
    schemas.set(name, {});
    schemas.set(name, schemaOf(schema, schemas));
  }
  return { allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} };
}
