import { DomainName, MAXIMUM_LABEL_LENGTH, MAXIMUM_NAME_LENGTH } from '../../dns/name.ts';

/** Can `text`, from an object of the API, stand as one label of a name? */
export function isLabel(text: string): boolean {
  return text.length <= MAXIMUM_LABEL_LENGTH && /^[\w-]+$/.test(text);
}

/** The name of `labels`, leftmost first, below `zone`; undefined when one is no label or all are too long together. */
export function nameBelow(labels: readonly string[], zone: DomainName): DomainName | undefined {
  let length = zone.wire.length;
  for (const label of labels) {
    if (!isLabel(label)) return undefined;
    length += label.length + 1;
  }
  if (length > MAXIMUM_NAME_LENGTH) return undefined;
  const wire = new Uint8Array(length);
  let at = 0;
  for (const label of labels) {
    wire[at++] = label.length;
    for (let i = 0; i < label.length; i++) wire[at++] = label.charCodeAt(i);
  }
  wire.set(zone.wire, at);
  return DomainName.fromWire(wire);
}
