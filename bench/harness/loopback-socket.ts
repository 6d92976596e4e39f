import type { LibraryHandle } from 'koffi';

const AF_INET = 2;
/** SOCK_DGRAM | SOCK_NONBLOCK. */
const DATAGRAMS = 0x802;

/** For recv and send. */
export const MSG_DONTWAIT = 0x40;

/** The descriptor of a UDP socket that is connected to the port of 127.0.0.1. Throws an Error. */
export function openLoopback(library: LibraryHandle, port: number): number {
  const open = library.func('int socket(int, int, int)');
  const connect = library.func('int connect(int, const void *, uint32_t)');
  const socket = Number(open(AF_INET, DATAGRAMS, 0));
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  if (socket < 0 || Number(connect(socket, address, address.length)) !== 0) throw new Error('no socket to ask from');
  return socket;
}
