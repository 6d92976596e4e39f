// Asks one question after the other, at a rate, and measures how long each answer takes:
// `node asking-process.ts PORT QUERIES RATE SECONDS` prints the times in microseconds, a line each, and -1 for what was not answered.
// It never waits for the kernel to wake it, which would take as long as the server itself, so it wants a core of its own.
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { RCODE } from '../../src/dns/codes.ts';
import { MSG_DONTWAIT, openLoopback } from '../harness/loopback-socket.ts';
import { queryOf } from '../harness/query.ts';

/** Sockets, so that several ports are seen. */
const SOCKETS = 4;
/** After this time without an answer a query is lost. */
const TIMEOUT_MILLISECONDS = 100;
const LONGEST_ANSWER = 4096;

const [port = 0, , rate = 0, seconds = 0] = process.argv.slice(2).map(Number);
const library = koffi.load('libc.so.6');
const send = library.func('long send(int, const void *, size_t, int)');
const receive = library.func('long recv(int, void *, size_t, int)');

const queries = readFileSync(process.argv[3] ?? '', 'utf8')
  .trim()
  .split('\n')
  .map((line) => Buffer.from(queryOf(line)));
const sockets = Array.from({ length: SOCKETS }, () => openLoopback(library, port));
const answer = Buffer.alloc(LONGEST_ANSWER);
const count = rate * seconds;
const times = new Float64Array(count);
const started = performance.now();
for (let i = 0; i < count; i++) {
  const due = started + (i * 1000) / rate;
  while (performance.now() < due);
  times[i] = ask(sockets[i % SOCKETS] ?? 0, queries[i % queries.length] ?? answer, i & 0xffff);
}
process.stdout.write(times.join('\n'));

/** Microseconds until the answer, or -1. */
function ask(socket: number, query: Buffer, id: number): number {
  query.writeUInt16BE(id, 0);
  const asked = performance.now();
  send(socket, query, query.length, 0);
  for (;;) {
    const length = Number(receive(socket, answer, LONGEST_ANSWER, MSG_DONTWAIT));
    const elapsed = performance.now() - asked;
    // What was lost may come later.
    if (length > 0 && answer.readUInt16BE(0) === id)
      return ((answer[3] ?? 0) & 15) === RCODE.NOERROR ? elapsed * 1000 : -1;
    if (elapsed > TIMEOUT_MILLISECONDS) return -1;
  }
}
