/**
 * The `nameserver` lines of a file in the format of resolv.conf(5): what follows the word, with the number of its line. Everything else in
 * the file means nothing to a forwarder.
 */
export function readNameservers(text: string): readonly { readonly text: string; readonly line: number }[] {
  return text.split('\n').flatMap((entry, i) => {
    const [keyword, address] = entry.trim().split(/\s+/);
    return keyword === 'nameserver' && address !== undefined ? [{ text: address, line: i + 1 }] : [];
  });
}
