import { check, type Libc, LINUX } from '../libc.ts';
import type { ListenOptions } from '../listen-options.ts';
import { RECEIVE_BUFFER } from './receive-buffer.ts';
import { SOCKET_ADDRESS_LENGTH, toSocketAddress } from './socket-address.ts';

/** Octets of answers that may wait for the network: 32 batches of the largest that go together; the kernel caps it at net.core.wmem_max. */
const SEND_BUFFER = 4 << 20;

/** A socket on the address, with its descriptor and the port that it got. Throws a SystemError. */
export function openSocket(libc: Libc, options: ListenOptions): { readonly socket: number; readonly port: number } {
  const { address, exclusive } = options;
  const isIPv6 = address?.includes(':') !== false;
  const type = LINUX.SOCK_DGRAM | LINUX.SOCK_NONBLOCK | LINUX.SOCK_CLOEXEC;
  const socket = check(libc, 'socket', libc.socket(isIPv6 ? LINUX.AF_INET6 : LINUX.AF_INET, type, 0));
  const set = (level: number, name: number, value: number): void => {
    const octets = Buffer.alloc(4);
    octets.writeInt32LE(value);
    libc.setsockopt(socket, level, name, octets, 4);
  };
  try {
    if (isIPv6) set(LINUX.SOL_IPV6, LINUX.IPV6_V6ONLY, 0);
    const share = (): void => set(LINUX.SOL_SOCKET, LINUX.SO_REUSEPORT, 1);
    if (!exclusive && options.port !== 0) share();
    set(LINUX.SOL_SOCKET, LINUX.SO_RCVBUF, RECEIVE_BUFFER);
    set(LINUX.SOL_SOCKET, LINUX.SO_SNDBUF, SEND_BUFFER);
    set(LINUX.SOL_SOCKET, LINUX.SO_RXQ_OVFL, 1);
    if (address === undefined || address === '::') set(LINUX.SOL_IPV6, LINUX.IPV6_RECVPKTINFO, 1);
    if (address === '0.0.0.0') set(LINUX.SOL_IP, LINUX.IP_PKTINFO, 1);
    const name = toSocketAddress(address ?? '::', options.port);
    check(libc, 'bind', libc.bind(socket, name, name.length));
    // Nobody else was there; further sockets of this process may come.
    if (exclusive) share();
    const bound = Buffer.alloc(SOCKET_ADDRESS_LENGTH);
    const length = Buffer.alloc(4);
    length.writeInt32LE(SOCKET_ADDRESS_LENGTH);
    check(libc, 'getsockname', libc.getsockname(socket, bound, length));
    return { socket, port: bound.readUInt16BE(2) };
  } catch (error) {
    libc.close(socket);
    throw error;
  }
}
