import type { JsonObject, KubeObject } from '../objects.ts';
import type { Schema } from '../schema.ts';
import type { FieldLabels } from '../selectors.ts';
import type { Cause, ResourceName } from '../status.ts';

/** A column of the table that `kubectl get` prints. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly description?: string;
  /** `wide`: printed with `-o wide` only. */
  readonly wide?: true;
  /** `now` in milliseconds since the epoch, for ages. */
  readonly cell: (object: KubeObject, now: number) => string | number;
}

export type NameRule = 'subdomain' | 'label';

/** A resource of the API: everything the server knows about it. A new resource is a new one of these. */
export interface ResourceType extends ResourceName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly schema: Schema;
  /** In front of Age, which every table has at its end or where `age` says. */
  readonly columns: readonly Column[];
  readonly nameRule: NameRule;
  readonly fieldLabels: FieldLabels;
  /** Whether the object has a `status` that only `…/status` changes. */
  readonly hasStatus: boolean;
  /** Whether `…/scale` says how many pods it has. */
  readonly hasScale: boolean;
  /** Whether `metadata.generation` counts the changes of what is wanted. */
  readonly hasGeneration: boolean;
  /** Whether a delete that is done is answered with the object, else with a Status. */
  readonly returnsDeleted: boolean;
  /** The members of a bookmark besides its metadata. */
  readonly emptyBody: JsonObject;
  /** Fills in what the API fills in; the addresses of services and pods come later. */
  readonly defaults: (object: KubeObject) => KubeObject;
  /** Takes out of an update what belongs to the old state alone. */
  readonly beforeUpdate: (object: KubeObject, old: KubeObject) => KubeObject;
  readonly validate: (object: KubeObject) => readonly Cause[];
  /** Only what an update must not change; `validate` has its say besides. */
  readonly validateUpdate: (object: KubeObject, old: KubeObject) => readonly Cause[];
}

/** `plural.group`: the key of a resource in the storage. */
export function resourceId(resource: ResourceName): string {
  return `${resource.plural}.${resource.group}`;
}

export function groupVersionOf(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

type Required = 'group' | 'kind' | 'plural' | 'schema';

/** A resource type with what most have: version v1, namespaced, no status, names that are DNS subdomains. */
export function resourceType(row: Pick<ResourceType, Required> & Partial<ResourceType>): ResourceType {
  return {
    version: 'v1',
    singular: row.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    columns: [NAME, AGE],
    nameRule: 'subdomain',
    fieldLabels: {},
    hasStatus: false,
    hasScale: false,
    hasGeneration: false,
    returnsDeleted: false,
    emptyBody: {},
    defaults: (object) => object,
    beforeUpdate: (object) => object,
    validate: () => [],
    validateUpdate: () => [],
    ...row,
  };
}

export const NAME: Column = {
  name: 'Name',
  type: 'string',
  description: 'Name must be unique within a namespace.',
  cell: (object) => object.metadata.name,
};

export const AGE: Column = {
  name: 'Age',
  type: 'string',
  description: 'How long ago the object was made.',
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
};

/** `5s`, `3m20s`, `5h10m`, `2d`, `1y30d`: how the API prints durations. */
export function ageOf(time: string | undefined, now: number): string {
  const start = Date.parse(time ?? '');
  if (Number.isNaN(start)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((now - start) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return twoUnits(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
