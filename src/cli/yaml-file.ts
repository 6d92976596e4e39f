import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Document, isCollection, isNode, isPair, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import { DecodeError, isJsonObject, type JsonObject } from '../kube/json.ts';
import type { Terminal } from './command.ts';
import { reasonOf } from './files.ts';
import { UserError } from './user-error.ts';

export type YamlPath = readonly (string | number)[];

/** An object of a YAML or JSON file, and how to complain about it. */
export interface YamlObject {
  readonly value: JsonObject;
  /** The error to throw about the part at `path`, or the nearest part around it: `FILE:LINE:COLUMN: text`. */
  readonly error: (path: YamlPath, text: string) => UserError;
  /** What `decode` returns; a field that is not what it should be becomes an error with its place below `path`. */
  readonly decode: <T>(path: YamlPath, decode: (value: JsonObject) => T) => T;
}

/** The objects of a file, `-` for standard input. Throws UserError. */
export function readYamlFile(path: string, terminal: Terminal): readonly YamlObject[] {
  return parseYaml(readTextFile(path, terminal), path === '-' ? '/dev/stdin' : path);
}

/** Throws UserError. */
export function readTextFile(path: string, terminal: Terminal): string {
  try {
    return readFileSync(path === '-' ? 0 : resolve(terminal.workingDirectory, path), 'utf8');
  } catch (error) {
    const what = path === '-' ? 'standard input' : path;
    throw new UserError(`cannot read ${what}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The objects of a text; `file` is its name in errors. Throws UserError. */
export function parseYaml(text: string, file: string): readonly YamlObject[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false });
  if ('empty' in documents) return [];
  const errorAt = (offset: number, message: string): UserError => {
    const { line, col } = counter.linePos(offset);
    return new UserError(`${file}:${line}:${col}: ${message}`);
  };
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw errorAt(problem.pos[0], `this is no YAML: ${problem.message}; correct it`);
    const value = toPlain(document, file);
    if (value === null) return [];
    if (!isJsonObject(value)) throw errorAt(offsetOf(document, []), 'this is no object: it should have fields');
    return [objectOf(document, value, errorAt)];
  });
}

function objectOf(
  document: Document,
  value: JsonObject,
  errorAt: (offset: number, text: string) => UserError,
): YamlObject {
  return {
    value,
    error: (path, text) => errorAt(offsetOf(document, path), text),
    decode(path, decode) {
      try {
        return decode(value);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        // Its message starts with the key.
        const [key = ''] = error.message.split(' ', 1);
        throw errorAt(offsetOfKey(document, path, key), error.message);
      }
    },
  };
}

/** An alias that is used too often, so that the text would grow without end, is a mistake too. */
function toPlain(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file}: this is no YAML: ${why}; correct it`, { cause: error });
  }
}

/** Where the deepest part of the path is that the document has: the key of a field, an element of a list. */
function offsetOf(document: Document, path: YamlPath): number {
  for (let length = path.length; length > 0; length--) {
    const last = path[length - 1];
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const pair = isCollection(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined;
    return isPair(pair) && isNode(pair.key) && pair.key.range ? pair.key.range[0] : node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

/** Where the first field of this name is below the path. */
function offsetOfKey(document: Document, path: YamlPath, key: string): number {
  const below = document.getIn(path, true);
  let found: number | undefined;
  if (isNode(below)) {
    visit(below, {
      Pair(_, pair) {
        if (!isScalar(pair.key) || pair.key.value !== key || !pair.key.range) return undefined;
        found = pair.key.range[0];
        return visit.BREAK;
      },
    });
  }
  return found ?? offsetOf(document, path);
}
