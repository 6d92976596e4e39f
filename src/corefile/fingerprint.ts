import { tokensOf, type Corefile, type Token } from './tree.ts';

/**
 * The text whose SHA-512 identifies a configuration, the one that CoreDNS hashes: keys, and under the name of each
 * directive its words with file and line. So the hash changes with imported files and with environment variables, not with
 * spaces and comments at the end of a line. `file` is the name under which the Corefile was parsed: it stands for itself
 * and is not part of the text, names of imported files are.
 */
export function fingerprint(corefile: Corefile, file: string): string {
  const blocks = corefile.blocks.map(({ keys, directives }) => {
    const tokens = new Map<string, Token[]>();
    for (const line of directives) {
      const known = tokens.get(line.name.text);
      if (known === undefined) tokens.set(line.name.text, [...tokensOf(line)]);
      else known.push(...tokensOf(line));
    }
    const members = [...tokens]
      .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([name, words]) => `${text(name)}:[${words.map((token) => word(token, file)).join(',')}]`);
    return `{"Keys":[${keys.map((key) => text(key.text)).join(',')}],"Tokens":{${members.join(',')}}}`;
  });
  return `[${blocks.join(',')}]`;
}

function word({ place, text: written }: Token, file: string): string {
  return `{"File":${text(place.file === file ? '' : place.file)},"Line":${place.line},"Text":${text(written)}}`;
}

/** A JSON string in the spelling of Go's encoding/json, which escapes what HTML or JavaScript would take for its own. */
function text(value: string): string {
  return JSON.stringify(value.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
