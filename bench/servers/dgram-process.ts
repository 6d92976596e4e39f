// The least that Node can do with UDP: a fixed A record for every question. `node dgram-process.ts` prints its port.
import { createSocket } from 'node:dgram';

const HEADER_LENGTH = 12;
/** A pointer to the question's name, A, IN, 30 s, 192.0.2.1. */
const RECORD = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 192, 0, 2, 1]);

const socket = createSocket('udp4');
socket.on('message', (query, client) => {
  let end = HEADER_LENGTH;
  while (end < query.length && query[end] !== 0) end += (query[end] ?? 0) + 1;
  end += 5;
  if (end > query.length) return;
  const answer = Buffer.allocUnsafe(end + RECORD.length);
  query.copy(answer, 0, 0, end);
  answer.writeUInt16BE(0x8400 | (query.readUInt16BE(2) & 0x0100), 2);
  answer.writeUInt16BE(1, 6);
  answer.writeUInt32BE(0, 8);
  RECORD.copy(answer, end);
  socket.send(answer, client.port, client.address);
});
socket.bind(0, '127.0.0.1', () => process.stdout.write(`${socket.address().port}\n`));
