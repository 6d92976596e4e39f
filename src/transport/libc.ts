/** The calls of libc that Node does not offer: many datagrams at once, and where each of them was sent to. */
export interface Libc {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (socket: number, address: Uint8Array, length: number) => number;
  readonly connect: (socket: number, address: Uint8Array, length: number) => number;
  readonly getsockname: (socket: number, address: Uint8Array, length: Uint8Array) => number;
  readonly setsockopt: (socket: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly recvmmsg: (socket: number, messages: Uint8Array, count: number, flags: number, timeout: null) => number;
  readonly sendmmsg: (socket: number, messages: Uint8Array, count: number, flags: number) => number;
  readonly epoll_create1: (flags: number) => number;
  readonly epoll_ctl: (epoll: number, operation: number, descriptor: number, event: Uint8Array) => number;
  /** Waits, for so many milliseconds at most. */
  readonly epoll_wait: (epoll: number, events: Uint8Array, most: number, timeout: number) => number;
  readonly eventfd: (initial: number, flags: number) => number;
  readonly write: (descriptor: number, octets: Uint8Array, length: number) => number;
  readonly close: (descriptor: number) => number;
  /**
   * Makes Node's event loop call `told` in every turn in which the descriptor can be read (libuv's uv_poll_start). A status below 0 stands for an error of the
   * descriptor: it is watched no more until `start`. Promises that are settled there have their turn when all descriptors have had theirs. `told` must not
   * throw. Throws an Error for a descriptor that cannot be watched.
   */
  readonly poll: (descriptor: number, told: (status: number) => void) => PollHandle;
  /** The number of the last call's error. */
  readonly errno: () => number;
  /** Where the octets stand in memory; they have to be kept from being collected as long as that is used. */
  readonly addressOf: (octets: Uint8Array) => number;
}

/** A descriptor that the event loop watches. */
export interface PollHandle {
  /** Watches it again. */
  start(): void;
  /** Watches it no more; to be called before it is closed. */
  close(): void;
}

/** Values of Linux; the same on all machines that Node runs on there. */
export const LINUX = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x8_0000,
  SOL_IP: 0,
  SOL_SOCKET: 1,
  SOL_IPV6: 41,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_REUSEPORT: 15,
  SO_RXQ_OVFL: 40,
  IP_PKTINFO: 8,
  IPV6_V6ONLY: 26,
  IPV6_RECVPKTINFO: 49,
  IPV6_PKTINFO: 50,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  EPOLLIN: 0x1,
  EPOLLET: 0x8000_0000,
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_DEL: 2,
  EPOLL_CTL_MOD: 3,
  EFD_NONBLOCK: 0x800,
  EFD_CLOEXEC: 0x8_0000,
  EPOLL_CLOEXEC: 0x8_0000,
  EAGAIN: 11,
  ENOBUFS: 105,
} as const;

/** What the numbers of errors that `bind` gives are called. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  13: 'EACCES',
  22: 'EINVAL',
  24: 'EMFILE',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
};

/** A call that failed, in the shape of Node's errors. */
export class SystemError extends Error {
  readonly code: string;

  constructor(call: string, number: number) {
    const code = ERROR_NAMES[number] ?? `errno ${number}`;
    super(`${call}: ${code}`);
    this.name = 'SystemError';
    this.code = code;
  }
}

/** Where structures have the shapes that are written down here: 64 bits, the lowest octet first. */
const ARCHITECTURES: ReadonlySet<string> = new Set(['x64', 'arm64']);

/** The result of a call; throws a SystemError for -1. */
export function check(libc: Libc, call: string, result: number): number {
  if (result < 0) throw new SystemError(call, libc.errno());
  return result;
}

/** Undefined where there is no such libc: on other systems than Linux, and with a libc that koffi cannot load. */
export async function loadLibc(): Promise<Libc | undefined> {
  if (process.platform !== 'linux' || !ARCHITECTURES.has(process.arch)) return undefined;
  try {
    const { default: koffi } = await import('koffi');
    // Whatever libc this process runs with, it is loaded already.
    const libc = koffi.load(null);
    return {
      socket: libc.func('int socket(int, int, int)'),
      bind: libc.func('int bind(int, const void*, uint32_t)'),
      connect: libc.func('int connect(int, const void*, uint32_t)'),
      getsockname: libc.func('int getsockname(int, void*, void*)'),
      setsockopt: libc.func('int setsockopt(int, int, int, const void*, uint32_t)'),
      recvmmsg: libc.func('int recvmmsg(int, void*, unsigned int, int, void*)'),
      sendmmsg: libc.func('int sendmmsg(int, void*, unsigned int, int)'),
      epoll_create1: libc.func('int epoll_create1(int)'),
      epoll_ctl: libc.func('int epoll_ctl(int, int, int, void*)'),
      epoll_wait: libc.func('int epoll_wait(int, void*, int, int)'),
      eventfd: libc.func('int eventfd(unsigned int, int)'),
      write: libc.func('long write(int, const void*, size_t)'),
      close: libc.func('int close(int)'),
      poll(descriptor, told) {
        // What koffi calls it with is not what its types say.
        const callback = (...[status]: unknown[]): void => told(Number(status));
        const handle = koffi.node.poll(descriptor, callback);
        return { start: () => handle.start(callback), close: () => handle.close() };
      },
      errno: () => koffi.errno(),
      addressOf: (octets) => Number(koffi.address(octets)),
    };
  } catch {
    return undefined;
  }
}
