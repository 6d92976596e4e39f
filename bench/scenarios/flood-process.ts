// Sends queries for names that do not exist, at a rate, whether they are answered or not, many with one system call:
// `node flood-process.ts PORT RATE SECONDS` prints {"sent":…,"answered":…} once a second, counted from the start.
// It never waits, so it wants a core of its own.
import koffi from 'koffi';
import { MSG_DONTWAIT, openLoopback } from '../harness/loopback-socket.ts';
import { queryOf } from '../harness/query.ts';

/** Datagrams a call, and sockets, so that several ports are seen. */
const BATCH = 64;
const SOCKETS = 8;
/** struct mmsghdr and struct iovec of 64-bit Linux. */
const HEADER_SIZE = 64;
const VECTOR_SIZE = 16;
const SLOT = 512;
const DIGITS = 9;

const [port = 0, rate = 0, seconds = 0] = process.argv.slice(2).map(Number);
const library = koffi.load('libc.so.6');
const sendMany = library.func('int sendmmsg(int, void *, unsigned int, int)');
const receiveMany = library.func('int recvmmsg(int, void *, unsigned int, int, void *)');

const query = Buffer.from(queryOf(`flood-${'0'.repeat(DIGITS)}.default.svc.cluster.local A`));
const digitsAt = query.indexOf('0'.repeat(DIGITS));
// The kernel must not see them move: they live as long as the process.
const outgoing = makeBatch(query.length);
const incoming = makeBatch(SLOT);
for (let i = 0; i < BATCH; i++) query.copy(outgoing, dataAt(i));
const sockets = Array.from({ length: SOCKETS }, () => openLoopback(library, port));

let sent = 0;
let answered = 0;
const started = performance.now();
let reported = started;
for (;;) {
  const now = performance.now();
  if (now - reported >= 1000) {
    report();
    reported = now;
  }
  if (now - started >= seconds * 1000) break;
  const due = ((now - started) / 1000) * rate - sent;
  if (due >= BATCH) sendBatch();
  const socket = sockets[(sent / BATCH) % SOCKETS] ?? 0;
  for (let got = BATCH; got === BATCH;) {
    got = Math.max(0, Number(receiveMany(socket, incoming, BATCH, MSG_DONTWAIT, null)));
    answered += got;
  }
}
report();

/** Counts what it tried: what the kernel does not take is lost like what the server does not take. */
function sendBatch(): void {
  for (let i = 0; i < BATCH; i++) {
    const at = dataAt(i);
    let number = sent + i;
    outgoing.writeUInt16BE(number & 0xffff, at);
    for (let digit = digitsAt + DIGITS - 1; digit >= digitsAt; digit--) {
      outgoing[at + digit] = 0x30 + (number % 10);
      number = Math.floor(number / 10);
    }
  }
  sendMany(sockets[(sent / BATCH) % SOCKETS] ?? 0, outgoing, BATCH, MSG_DONTWAIT);
  sent += BATCH;
}

function report(): void {
  process.stdout.write(`${JSON.stringify({ sent, answered })}\n`);
}

/** Headers, vectors and slots in one piece, each pointing to the next. */
function makeBatch(length: number): Buffer {
  const buffer = Buffer.from(new ArrayBuffer(BATCH * (HEADER_SIZE + VECTOR_SIZE + SLOT)));
  const base = koffi.address(buffer);
  for (let i = 0; i < BATCH; i++) {
    const [header, vector] = [i * HEADER_SIZE, BATCH * HEADER_SIZE + i * VECTOR_SIZE];
    buffer.writeBigUInt64LE(base + BigInt(vector), header + 16);
    buffer.writeBigUInt64LE(1n, header + 24);
    buffer.writeBigUInt64LE(base + BigInt(dataAt(i)), vector);
    buffer.writeBigUInt64LE(BigInt(length), vector + 8);
  }
  return buffer;
}

function dataAt(i: number): number {
  return BATCH * (HEADER_SIZE + VECTOR_SIZE) + i * SLOT;
}
