import { parseDocument, stringify } from 'yaml';

import { isJsonObject, type Json, type JsonObject } from './objects.ts';
import { badRequest, notAcceptable, unsupportedMediaType } from './status.ts';

/** How an answer is to be given. */
export interface Representation {
  readonly format: 'json' | 'yaml';
  /** What to make of the objects: the parameter `as` of the media type. */
  readonly as: 'Object' | 'Table' | 'PartialObjectMetadata';
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const FORMATS: ReadonlyMap<string, 'json' | 'yaml'> = new Map([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['application/yaml', 'yaml'],
]);

/** The media ranges of an Accept header, the most wanted first (RFC 9110 §12.5.1). */
export function mediaRanges(accept: string): readonly MediaRange[] {
  return accept
    .split(',')
    .map((part) => {
      const [type = '', ...rest] = part.split(';').map((word) => word.trim());
      const parameters = new Map(
        rest.map((word): [string, string] => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']),
      );
      return { type: type.toLowerCase(), parameters };
    })
    .toSorted((a, b) => Number(b.parameters.get('q') ?? 1) - Number(a.parameters.get('q') ?? 1));
}

/** The first form that the client accepts and this server has; it has no protobuf. Throws NotAcceptable. */
export function negotiate(accept: string | undefined): Representation {
  if (accept === undefined || accept === '') return { format: 'json', as: 'Object' };
  for (const { type, parameters } of mediaRanges(accept)) {
    const format = FORMATS.get(type);
    if (format === undefined) continue;
    const as = parameters.get('as') ?? '';
    if (as === '') return { format, as: 'Object' };
    if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') continue;
    if (as === 'Table') return { format, as };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { format, as: 'PartialObjectMetadata' };
  }
  throw notAcceptable();
}

/** The media type of a Content-Type header; JSON when there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';')[0]?.trim().toLowerCase() || 'application/json';
}

/** The object in a body. Throws UnsupportedMediaType and BadRequest. */
export function parseBody(body: Buffer, mediaType: string): JsonObject {
  if (mediaType !== 'application/json' && mediaType !== 'application/yaml') {
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  }
  const value = mediaType === 'application/yaml' ? parseYaml(body.toString()) : parseJson(body.toString());
  if (!isJsonObject(value)) throw badRequest('the body of the request is not an object');
  return value;
}

export function parseJson(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(`couldn't get version/kind; json parse error: ${why}`);
  }
}

/** One YAML document; JSON is YAML too. */
export function parseYaml(text: string): Json {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw badRequest(`error converting YAML to JSON: ${error.message.split('\n')[0] ?? ''}`);
  try {
    const value: Json = document.toJS();
    return value;
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    throw badRequest(`error converting YAML to JSON: ${why}`);
  }
}

export function serialize(value: Json, format: Representation['format']): { type: string; text: string } {
  if (format === 'yaml') return { type: 'application/yaml', text: stringify(value) };
  return { type: 'application/json', text: JSON.stringify(value) };
}
