/** The value of a character of base64url (RFC 4648 §5) by its code; 64 for all others. */
const VALUES: Uint8Array = (() => {
  const values = new Uint8Array(128).fill(64);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
})();

/** The octets that `text`, from `start` on, stands for in base64url without padding; undefined when it stands for none. */
export function decodeBase64url(text: string, start = 0): Uint8Array | undefined {
  const characters = text.length - start;
  if (characters % 4 === 1) return undefined;
  const octets = Buffer.allocUnsafe((characters * 3) >>> 2);
  let bits = 0;
  let group = 0;
  let written = 0;
  for (let i = start; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 64;
    if (value === 64) return undefined;
    group = (group << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets[written++] = group >>> bits;
  }
  return octets;
}
