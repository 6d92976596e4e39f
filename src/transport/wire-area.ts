/** Octets and a view of the same ones: words are read and written where they stand, aligned or not. */
export interface WireArea {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Octets beyond the messages in an area: words are read and written whole, also the last of a message. */
export const WIRE_AREA_MARGIN = 8;

export function wireArea(bytes: Uint8Array): WireArea {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** An area for `length` octets of messages, and the margin. */
export function allocateWireArea(length: number): WireArea {
  return wireArea(new Uint8Array(length + WIRE_AREA_MARGIN));
}
