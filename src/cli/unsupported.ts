/**
 * Plugins of CoreDNS 1.15 and directives of older ones that this version does not have. They are known, so that a Corefile with one of them
 * is told what it is about and not that it is misspelled.
 */
export const unsupportedDirectives: ReadonlySet<string> = new Set(
  [
    'federation reverse shutdown startup',
  ]
    .join(' ')
    .split(' '),
);
