import {
  recordOf,
  recordsOf,
  textOf,
  textsOf,
  valueAt,
  type Json,
  type JsonObject,
  type KubeObject,
} from '../objects.ts';
import { any, kindSchema, object, string } from '../schema.ts';
import { validateCustomResourceDefinition } from '../validation/objects.ts';
import { AGE, NAME, resourceType, type Column, type ResourceType } from './resource-type.ts';

export const customResourceDefinition: ResourceType = resourceType({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  hasStatus: true,
  hasGeneration: true,
  schema: kindSchema('CustomResourceDefinition', {
    spec: object('CustomResourceDefinitionSpec', {
      group: string,
      names: any,
      scope: string,
      versions: any,
      conversion: any,
      preserveUnknownFields: any,
    }),
    status: any,
  }),
  columns: [NAME, { name: 'Created At', type: 'date', cell: (crd) => crd.metadata.creationTimestamp ?? '' }],
  defaults: crdDefaults,
  validate: validateCustomResourceDefinition,
});

function crdDefaults(crd: KubeObject): KubeObject {
  const spec = recordOf(crd.spec);
  const names = recordOf(spec.names);
  const kind = textOf(names.kind);
  const accepted: JsonObject = {
    ...names,
    singular: textOf(names.singular) || kind.toLowerCase(),
    listKind: textOf(names.listKind) || `${kind}List`,
  };
  const established = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: 'True',
    lastTransitionTime: crd.metadata.creationTimestamp ?? null,
    reason,
    message,
  });
  return {
    ...crd,
    spec: { ...spec, names: accepted, conversion: spec.conversion ?? { strategy: 'None' } },
    status: {
      conditions: [
        established('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        established('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames: accepted,
      storedVersions: recordsOf(spec.versions)
        .filter((version) => version.storage === true)
        .map((version) => textOf(version.name)),
    },
  };
}

/** The resources that a CustomResourceDefinition adds: one for each version that is served. */
export function customResources(crd: KubeObject): readonly ResourceType[] {
  const spec = recordOf(crd.spec);
  const names = recordOf(recordOf(crd.status).acceptedNames);
  const kind = textOf(names.kind);
  return recordsOf(spec.versions)
    .filter((version) => version.served === true)
    .map((version) =>
      resourceType({
        group: textOf(spec.group),
        version: textOf(version.name),
        kind,
        plural: textOf(names.plural),
        singular: textOf(names.singular),
        shortNames: textsOf(names.shortNames),
        categories: textsOf(names.categories),
        namespaced: spec.scope === 'Namespaced',
        hasStatus: recordOf(version.subresources).status !== undefined,
        hasGeneration: true,
        schema: any,
        columns: printerColumns(recordsOf(version.additionalPrinterColumns)),
      }),
    );
}

function printerColumns(columns: readonly JsonObject[]): readonly Column[] {
  if (columns.length === 0) return [NAME, AGE];
  const own = columns.map((column): Column => {
    const path = textOf(column.jsonPath).replace(/^\./, '').split('.');
    return {
      name: textOf(column.name),
      type: column.type === 'integer' ? 'integer' : column.type === 'date' ? 'date' : 'string',
      description: textOf(column.description),
      ...(typeof column.priority === 'number' && column.priority > 0 ? { wide: true } : {}),
      cell: (object) => cellText(valueAt(object, ...path)),
    };
  });
  return [NAME, ...own];
}

function cellText(value: Json | undefined): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
