import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A range of ports that no other run uses at the same time. */
export interface PortBlock extends AsyncDisposable {
  /** The next port of the block that is free for TCP and UDP on every address. */
  next(): Promise<number>;
}

// A case uses at most twelve ports (server/listen has nine), and some of the block may be taken by strangers.
const BLOCK_SIZE = 32;
// Above the well-known services, below 32768, where Linux begins to hand out ports to sockets that ask for any.
const FIRST_PORT = 10_240;
const BLOCKS = Math.floor((32_768 - FIRST_PORT) / BLOCK_SIZE);

/**
 * Claims a block. The first port of a block is its lock: whoever listens there has the block, in this process or in
 * another, so two runs never give the same port to two servers.
 */
export async function claimPorts(random: () => number = Math.random): Promise<PortBlock> {
  const start = Math.floor(random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const first = FIRST_PORT + ((start + i) % BLOCKS) * BLOCK_SIZE;
    const lock = await tryListen(first);
    if (lock !== undefined) return blockFrom(first, lock);
  }
  throw new Error('every block of ports is in use');
}

function blockFrom(first: number, lock: Server): PortBlock {
  let used = 0;
  return {
    async next() {
      while (++used < BLOCK_SIZE) {
        if (await isFree(first + used)) return first + used;
      }
      throw new Error(`a case may use at most ${BLOCK_SIZE - 1} ports`);
    },
    async [Symbol.asyncDispose]() {
      await closeServer(lock);
    },
  };
}

async function isFree(port: number): Promise<boolean> {
  const server = await tryListen(port);
  if (server === undefined) return false;
  await closeServer(server);
  return await canBindUdp(port);
}

async function tryListen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen({ port, exclusive: true });
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

async function canBindUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ port, exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise<void>((resolve) => socket.close(resolve));
  }
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
