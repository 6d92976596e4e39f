import { DomainName } from '../../dns/name.ts';

/** The search domains of a file in the format of resolv.conf(5), in lower case: of its last `search` or `domain` line. What is no domain name is left out. */
export function readSearchList(text: string): readonly DomainName[] {
  let domains: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'search') domains = words;
    else if (keyword === 'domain' && words.length > 0) domains = words.slice(0, 1);
  }
  return domains.flatMap((domain) => DomainName.tryParse(domain)?.toLowerCase() ?? []);
}
