/** Codes of what can be wrong with a configuration beyond its syntax and single options, with their sentences for docs/errors.md. */
export const serverProblems = {
  'server/unknown-directive': 'A directive names no plugin.',
  'server/unsupported-plugin': 'A directive names a plugin of CoreDNS that this version does not have.',
  'server/repeated-plugin': 'A plugin that may stand once in a server block stands there again.',
  'server/retired-directive': 'A directive of an old CoreDNS: it works, and the warning names what to write now.',
  'server/unsupported-transport': 'A server block key asks for a transport that this version does not serve.',
  'server/defined-twice': 'Two server blocks, or two keys of one, serve the same zone at the same address.',
  'server/overlap': 'One server block listens on all addresses and another on one of them, for the same zone and port.',
  'server/shadowed': 'A server block with a view stands behind one without, for the same zone: no query reaches it.',
  'server/port': 'A port of a server block key is out of range.',
} as const;
