/** Calls of the C library on sockets, as far as upstreams need them. All of them return -1 and set `errno` when they fail. */
export interface SystemSockets {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly bind: (descriptor: number, address: Uint8Array, length: number) => number;
  readonly connect: (descriptor: number, address: Uint8Array, length: number) => number;
  readonly close: (descriptor: number) => number;
  readonly receiveMany: (
    descriptor: number,
    headers: Uint8Array,
    count: number,
    flags: number,
    timeout: null,
  ) => number;
  readonly sendMany: (descriptor: number, headers: Uint8Array, count: number, flags: number) => number;
  /** Why the last call failed. */
  readonly errno: () => number;
  /** Where an array stands in memory; it stays there as long as it is referred to. */
  readonly address: (octets: Uint8Array) => bigint;
}

/** The shapes of the C structures below are those of 64-bit Linux with the lowest octet first. */
const ARCHITECTURES: ReadonlySet<string> = new Set(['x64', 'arm64']);

/** Undefined where the C library is another one or cannot be called: node:dgram serves there. */
export async function loadSystemSockets(): Promise<SystemSockets | undefined> {
  if (process.platform !== 'linux' || !ARCHITECTURES.has(process.arch)) return undefined;
  try {
    const { default: koffi } = await import('koffi');
    const library = koffi.load(null);
    return {
      socket: library.func('int socket(int, int, int)'),
      bind: library.func('int bind(int, const void *, uint32_t)'),
      connect: library.func('int connect(int, const void *, uint32_t)'),
      close: library.func('int close(int)'),
      receiveMany: library.func('int recvmmsg(int, void *, unsigned int, int, void *)'),
      sendMany: library.func('int sendmmsg(int, void *, unsigned int, int)'),
      errno: () => koffi.errno(),
      address: (octets) => koffi.address(octets),
    };
  } catch {
    return undefined;
  }
}
