import type { JsonObject, KubeObject } from './objects.ts';
import type { ResourceType } from './resources/resource-type.ts';

/** How much of each object a table carries besides its cells: the query parameter `includeObject`. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** A meta.k8s.io/v1 Table: what kubectl prints. In a watch only the first event has the column definitions. */
export function tableOf(
  resource: ResourceType,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  now: number,
  options: { readonly include: IncludeObject; readonly withColumns: boolean },
): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.withColumns ? columnDefinitions(resource) : null,
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.cell(object, now)),
      ...rowObject(object, options.include),
    })),
  };
}

function columnDefinitions(resource: ResourceType): readonly JsonObject[] {
  return resource.columns.map((column) => ({
    name: column.name,
    type: column.type,
    format: column.name === 'Name' ? 'name' : '',
    description: column.description ?? '',
    priority: column.wide === true ? 1 : 0,
  }));
}

function rowObject(object: KubeObject, include: IncludeObject): JsonObject {
  if (include === 'None') return {};
  return { object: include === 'Object' ? object : partialMetadata(object) };
}

/** Metadata alone, for clients that want no more. */
export function partialMetadata(object: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
