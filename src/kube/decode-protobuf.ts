import { type DecodedObject, type IsStored, problemOfName, type SharedValues } from './decoded-object.ts';
import { DecodeError } from './json.ts';
import { makeAddresses, TRIGGER_TIME_ANNOTATION, uidNumber } from './make-resource.ts';
import type { ProtobufReader } from './protobuf-reader.ts';
import { readService } from './protobuf-service.ts';
import { readSlice } from './protobuf-slice.ts';
import type { Pod, Resource, ResourceKind } from './resources.ts';

/*
 * The numbers of fields are those of generated.proto in k8s.io/api and k8s.io/apimachinery. Numbers never change
 * their meaning there; the binary form of a kind keeps its version as long as the kind does.
 */

/** The kinds that have a binary form; custom resources have none. */
export type ProtobufKind = Exclude<ResourceKind, 'ServiceImport'>;

/** `metadata` as far as it is used. Labels and annotations are read only for kinds that need them. */
interface ObjectMeta {
  namespace: string;
  name: string;
  resourceVersion: string;
  terminating: boolean;
  uid: string;
  labels: Record<string, string>;
  triggerTime: string;
}

/**
 * Makes the trimmed object of an object in the API's binary form, which the reader is at the beginning of. As
 * `decodeJson`, it never throws; afterwards the reader is at `end` in any case.
 */
export function decodeProtobuf(
  kind: ProtobufKind,
  reader: ProtobufReader,
  end: number,
  shared: SharedValues,
  isStored: IsStored,
): DecodedObject {
  const meta: ObjectMeta = {
    namespace: '',
    name: '',
    resourceVersion: '',
    terminating: false,
    uid: '',
    labels: NO_LABELS,
    triggerTime: '',
  };
  let object: Resource | undefined;
  let known = false;
  let problem = '';
  try {
    // Metadata comes first in what API servers write; the rest of an object that is stored already is left unread.
    if (reader.more(end) && reader.field() === METADATA) readMeta(kind, reader, meta, shared);
    else throw new DecodeError('it does not begin with metadata');
    problem = problemOfName(kind === 'Namespace', meta.namespace, meta.name);
    known = problem === '' && isStored(meta.namespace, meta.name, meta.resourceVersion);
    if (problem === '' && !known) object = decode(kind, reader, end, meta, shared);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    problem = error.message;
  }
  reader.leave(end);
  const { namespace, name, resourceVersion } = meta;
  return { namespace, name, resourceVersion, object, isStored: known, problem };
}

const NO_LABELS: Record<string, string> = {};

// Every kind has its metadata in field 1.
const METADATA = 1;

function decode(
  kind: ProtobufKind,
  reader: ProtobufReader,
  end: number,
  meta: ObjectMeta,
  shared: SharedValues,
): Resource {
  switch (kind) {
    case 'Service':
      return readService(reader, end, meta, shared);
    case 'EndpointSlice':
    case 'ImportedSlice':
      return readSlice(kind, reader, end, meta, shared);
    case 'Pod':
      return readPod(reader, end, meta, shared);
    default:
      return { kind, namespace: '', name: meta.name, resourceVersion: meta.resourceVersion };
  }
}

function readMeta(kind: ProtobufKind, reader: ProtobufReader, meta: ObjectMeta, shared: SharedValues): void {
  const end = reader.open();
  const isSlice = kind === 'EndpointSlice' || kind === 'ImportedSlice';
  while (reader.more(end)) {
    switch (reader.field()) {
      case 1:
        meta.name = reader.text();
        break;
      case 3:
        meta.namespace = shared.text(reader.text());
        break;
      case 5:
        if (kind === 'Pod') meta.uid = reader.text();
        else reader.skip();
        break;
      case 6:
        meta.resourceVersion = reader.text();
        break;
      case 9:
        meta.terminating = true;
        reader.skip();
        break;
      case 11:
        if (isSlice || (kind === 'Pod' && shared.keepsPodLabels)) {
          const [key, value] = reader.mapEntry();
          if (meta.labels === NO_LABELS) meta.labels = Object.create(null);
          meta.labels[key] = value;
        } else reader.skip();
        break;
      case 12:
        if (isSlice) {
          const [key, value] = reader.mapEntry();
          if (key === TRIGGER_TIME_ANNOTATION) meta.triggerTime = value;
        } else reader.skip();
        break;
      default:
        reader.skip();
    }
  }
}

function readPod(reader: ProtobufReader, end: number, meta: ObjectMeta, shared: SharedValues): Pod {
  const podIPs: string[] = [];
  let podIP = '';
  while (reader.more(end)) {
    if (reader.field() !== 3) {
      reader.skip();
      continue;
    }
    const statusEnd = reader.open();
    while (reader.more(statusEnd)) {
      const field = reader.field();
      if (field === 6) podIP = reader.text();
      else if (field === 12) podIPs.push(reader.textIn(1));
      else reader.skip();
    }
  }
  return {
    kind: 'Pod',
    namespace: meta.namespace,
    name: meta.name,
    resourceVersion: meta.resourceVersion,
    uid: uidNumber(meta.uid),
    podIPs: makeAddresses(podIPs.length > 0 ? podIPs : [podIP]),
    labels: shared.podLabels(meta.labels),
    terminating: meta.terminating,
  };
}
