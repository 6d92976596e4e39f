import { Interner } from './interner.ts';
import { NO_LABELS, type Pod, type Port, type Resource } from './resources.ts';

/** The values that decoded objects have in common; one for all reflectors of a cluster. */
export class SharedValues {
  readonly strings: Interner<string> = new Interner();
  readonly ports: Interner<readonly Port[]> = new Interner();
  readonly #labels: Interner<Pod['labels']> = new Interner();
  /** Labels of pods are read and kept. */
  readonly keepsPodLabels: boolean;

  constructor({ keepsPodLabels = true }: { readonly keepsPodLabels?: boolean } = {}) {
    this.keepsPodLabels = keepsPodLabels;
  }

  /** The one copy of a text that many objects repeat. */
  text(text: string): string {
    return this.strings.share(text, text);
  }

  /** The one copy of labels that many pods have; NO_LABELS when they are not kept. */
  podLabels(labels: Pod['labels']): Pod['labels'] {
    if (!this.keepsPodLabels) return NO_LABELS;
    const key = JSON.stringify(labels);
    // Copied, because objects without a prototype, as readers make them, take three times the memory.
    return key === '{}' ? NO_LABELS : this.#labels.share(key, { ...labels });
  }
}

/** What decoders ask for: a list of 10,000 objects of which none changed makes no new ones. */
export type IsStored = (namespace: string, name: string, resourceVersion: string) => boolean;

/** An object as it came from the API. */
export interface DecodedObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** Undefined when it is stored already in this version, or when something is wrong with it. */
  readonly object: Resource | undefined;
  /** Stored already in this version: nothing more of it was decoded. */
  readonly isStored: boolean;
  /** What is wrong when no Resource can be made of it; else empty. */
  readonly problem: string;
}

// What the API allows: a domain name (RFC 1123).
const MAXIMUM_NAME_LENGTH = 253;

/** Kinds of objects are either all in namespaces or all outside; the result is empty or names what is wrong. */
export function problemOfName(isNamespace: boolean, namespace: string, name: string): string {
  if (name === '') return 'metadata.name is missing';
  if (name.length > MAXIMUM_NAME_LENGTH) return `metadata.name is longer than ${MAXIMUM_NAME_LENGTH} characters`;
  if (isNamespace === (namespace === '')) return '';
  return `metadata.namespace is ${isNamespace ? 'not expected' : 'missing'}`;
}
