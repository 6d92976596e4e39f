import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, LineCounter, parseAllDocuments, type Document } from 'yaml';

import { isJsonObject, listOf, recordOf, textOf, type Json, type JsonObject } from './objects.ts';

/** A manifest that cannot be loaded: where, what, and what to do, in one line. */
export class ManifestError extends Error {
  readonly file: string;
  /** From 1; 0 when the error is about the file itself. */
  readonly line: number;
  readonly column: number;

  constructor(file: string, line: number, column: number, text: string) {
    super(line === 0 ? `${file}: ${text}` : `${file}:${line}:${column}: ${text}`);
    this.name = 'ManifestError';
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

/** One object of a manifest, and where its parts are in the file. */
export interface ManifestEntry {
  readonly value: JsonObject;
  /** The error to throw about a part of the object: `spec.ports[0].port`, or an empty text for the object. */
  readonly error: (field: string, text: string) => ManifestError;
}

const EXTENSIONS = /\.(?:ya?ml|json)$/;

/**
 * The objects of a file, or of the files of a folder in the order of their names; `kind: List` is taken apart.
 * Throws ManifestError.
 */
export function readManifests(path: string): readonly ManifestEntry[] {
  return filesOf(path).flatMap((file) => parseManifests(readText(file), file));
}

function filesOf(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => EXTENSIONS.test(name));
    if (names.length > 0) return names.toSorted().map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new ManifestError(path, 0, 0, 'the folder has no manifests; put files that end in .yaml or .json into it');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): ManifestError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = code === 'ENOENT' ? 'there is no such file or folder' : `cannot be read (${code})`;
  return new ManifestError(path, 0, 0, `${why}; give the path of a manifest or of a folder of manifests`);
}

/** The objects of a YAML text. `file` is its name in errors. Throws ManifestError. */
export function parseManifests(text: string, file: string): readonly ManifestEntry[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { merge: true, lineCounter: counter, prettyErrors: false });
  if ('empty' in documents) return [];
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const { line, col } = counter.linePos(problem.pos[0]);
      throw new ManifestError(file, line, col, `this is no YAML: ${problem.message}; correct it`);
    }
    const value = toJson(document, file);
    if (value === null) return [];
    return entriesOf(value, document, [], file, counter);
  });
}

/** An alias that is used too often, so that the text would grow without end, is a mistake too. */
function toJson(document: Document, file: string): Json {
  try {
    const value: Json = document.toJS();
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ManifestError(file, 0, 0, `this is no YAML: ${why}; correct it`);
  }
}

type Path = readonly (string | number)[];

function entriesOf(
  value: Json,
  document: Document,
  base: Path,
  file: string,
  counter: LineCounter,
): readonly ManifestEntry[] {
  const error = (field: string, text: string): ManifestError => {
    const { line, col } = counter.linePos(offsetOf(document, [...base, ...pathOf(field)]));
    return new ManifestError(file, line, col, text);
  };
  if (!isJsonObject(value)) throw error('', 'this is no object; a manifest starts with apiVersion and kind');
  for (const field of ['apiVersion', 'kind']) {
    if (textOf(value[field]) === '') throw error(field, `${field} is missing; say what kind of object this is`);
  }
  if (value.kind === 'List') {
    return listOf(value.items).flatMap((item, i) => entriesOf(item, document, [...base, 'items', i], file, counter));
  }
  if (textOf(recordOf(value.metadata).name) === '') {
    throw error('metadata', 'metadata.name is missing; give the object a name');
  }
  return [{ value, error }];
}

/** `spec.ports[0].name` as steps. */
function pathOf(field: string): Path {
  return [...field.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

/** Where the deepest part of the path is that the document has. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
