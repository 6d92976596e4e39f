import type { MessagePort } from 'node:worker_threads';
import type { Endpoint } from '../../transport/endpoint.ts';
import type { ThreadLoop } from '../../transport/thread/thread-loop.ts';
import { BatchedSocket } from '../../transport/udp/batched-socket.ts';
import type { Libc } from '../../transport/libc.ts';
import type { SendDatagram } from '../../transport/udp/datagram-handler.ts';
import { lacksIPv6 } from '../../transport/udp/lacks-ipv6.ts';
import { AnswerMemory } from '../memo/answer-memory.ts';
import { WORD } from '../memo/answer-words.ts';
import { PATH } from '../memo/question-key.ts';
import type { FromMouth, MouthConfiguration, MouthStart, ToMouth } from './mouth-messages.ts';
import { NoteBook } from './note-book.ts';
import { NotePages } from './note-pages.ts';
import { Packed, Unpacked } from './packed.ts';
import { monotonicOrigin } from './monotonic-origin.ts';

/** Questions that the brain has not answered yet: about as many as wait in a socket's buffer. What comes when there are more is lost, and counted. */
const MOST_ASKED = 20_000;

/**
 * Milliseconds that a mouth which is to close waits for a moment in which nothing is left to answer: next to nothing is lost then. After SETTLE_TIMEOUT
 * it would be ended with all that it still has to say.
 */
const LONGEST_GOODBYE = 3000;

/** A thread's own socket and memory. What it cannot answer from memory it asks the brain, the thread where the plugins are. */
export class WorkingMouth {
  readonly #loop: ThreadLoop<ToMouth>;
  readonly #port: MessagePort;
  readonly #counters: Int32Array;
  /** What this thread's clock shows when the brain's shows 0. */
  readonly #clockLag: number;
  readonly #notes: NoteBook;
  readonly #socket: BatchedSocket;
  #configuration: MouthConfiguration;
  #memory: AnswerMemory | undefined;
  /** Where answers go that the brain is asked for. */
  readonly #asked = new Map<number, SendDatagram>();
  #lastId = 0;
  #ids: number[] = [];
  #clients: Endpoint[] = [];
  #lengths: number[] = [];
  readonly #octets = new Packed();
  #received = 0;
  #sent = 0;
  #isPaused = false;
  #isClosing = false;
  /** When it takes no more datagrams, if it is closing. */
  #closesAt = 0;

  /** Throws a SystemError. */
  constructor(libc: Libc, loop: ThreadLoop<ToMouth>, port: MessagePort, start: MouthStart) {
    this.#loop = loop;
    this.#port = port;
    this.#counters = start.counters;
    this.#clockLag = start.clockOrigin - monotonicOrigin();
    this.#configuration = start.configuration;
    this.#notes = new NoteBook(new NotePages(start.notes), {
      page: (page, length) => this.#postNotes({ page, length }),
      copy: (notes) => this.#postNotes(notes),
    });
    this.#memory = this.#makeMemory();
    this.#socket = this.#open(libc, start);
    this.#post({ kind: 'open', descriptors: [this.#socket.descriptor, loop.descriptor] });
  }

  readonly message = (given: ToMouth): void => {
    if (given.kind === 'answers') this.#takeAnswers(given);
    else if (given.kind === 'configure') this.#configure(given.configuration);
    else if (given.kind === 'pause') this.#pause();
    else {
      this.#isClosing = true;
      this.#closesAt = performance.now() + LONGEST_GOODBYE;
    }
  };

  readonly turned = (): number => {
    this.#postQuestions();
    this.#postLosses();
    const now = performance.now();
    if (this.#isClosing) this.#closeWhenAnswered(now);
    return this.#notes.postDue(now);
  };

  #open(libc: Libc, { listen }: MouthStart): BatchedSocket {
    const open = (address: string | undefined): BatchedSocket =>
      new BatchedSocket(
        {
          ...listen,
          address,
          libc,
          waits: this.#loop,
          losses: {
            received: (count) => void (this.#received += count),
            sent: (count) => void (this.#sent += count),
          },
        },
        {
          recall: (input, start, length, isIPv6, output, at, room, now) =>
            this.#memory?.recall(
              input,
              start,
              length,
              isIPv6 ? PATH.IPV6 : 0,
              output,
              at,
              room,
              now - this.#clockLag,
            ) ?? 0,
          recalled: (milliseconds) => this.#notes.settle(milliseconds),
          answer: (octets, client, _now, send) => this.#ask(octets, client, send),
        },
      );
    try {
      return open(listen.address);
    } catch (error) {
      if (lacksIPv6(listen, error)) return open('0.0.0.0');
      throw error;
    }
  }

  #makeMemory(): AnswerMemory | undefined {
    const { memory } = this.#configuration;
    if (memory === 0) return undefined;
    return new AnswerMemory({
      capacity: memory,
      counters: this.#counters,
      notes: this.#notes,
      random: Math.random,
    });
  }

  #configure(configuration: MouthConfiguration): void {
    this.#notes.post();
    const isAsLarge = configuration.memory === this.#configuration.memory;
    this.#configuration = configuration;
    // What is thrown away would be collected much later: V8 sees how little of it is in its heap.
    if (isAsLarge) this.#memory?.forget();
    else this.#memory = this.#makeMemory();
    this.#post({ kind: 'configured', configuration: configuration.number });
  }

  #ask(octets: Uint8Array, client: Endpoint, answer: SendDatagram): void {
    if (this.#asked.size >= MOST_ASKED) {
      this.#received++;
      return;
    }
    const id = ++this.#lastId;
    this.#asked.set(id, answer);
    this.#ids.push(id);
    this.#clients.push(client);
    this.#lengths.push(octets.length);
    this.#octets.add(octets);
  }

  #postQuestions(): void {
    if (this.#ids.length === 0) return;
    const octets = this.#octets.take();
    const questions = {
      ids: this.#ids,
      addresses: this.#clients.map(({ address }) => address),
      ports: this.#clients.map(({ port }) => port),
      lengths: this.#lengths,
      octets,
    };
    this.#ids = [];
    this.#clients = [];
    this.#lengths = [];
    this.#post({ kind: 'questions', questions }, octets.buffer);
  }

  #takeAnswers({ ids, lengths, octets, images, configuration }: Extract<ToMouth, { kind: 'answers' }>): void {
    const unpacked = new Unpacked(octets);
    for (const [i, id] of ids.entries()) {
      const length = lengths[i] ?? 0;
      const answer = unpacked.next(length);
      if (length > 0) this.#asked.get(id)?.(answer);
      this.#asked.delete(id);
    }
    if (configuration !== this.#configuration.number) return;
    for (let at = 0; at < images.length;) {
      const size = images[at + WORD.SIZE] ?? images.length;
      this.#memory?.insert(images.subarray(at, at + size));
      at += size;
    }
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
    this.#postQuestions();
    this.#post({ kind: 'paused' });
  }

  /** In a lull, if there is one: then next to nothing comes between the last datagram that is taken and the end of the socket. */
  #closeWhenAnswered(now: number): void {
    if (this.#asked.size > 0 && now < this.#closesAt) return;
    this.#pause();
    if (this.#asked.size > 0) return;
    this.#isClosing = false;
    void this.#close();
  }

  async #close(): Promise<void> {
    await this.#socket.close();
    this.#notes.post();
    this.#postLosses();
    this.#post({ kind: 'closed' });
    this.#loop.end();
  }

  #postLosses(): void {
    if (this.#received === 0 && this.#sent === 0) return;
    this.#post({ kind: 'lost', received: this.#received, sent: this.#sent });
    this.#received = 0;
    this.#sent = 0;
  }

  #postNotes(notes: Extract<FromMouth, { kind: 'notes' }>['notes']): void {
    this.#post({ kind: 'notes', configuration: this.#configuration.number, notes });
  }

  #post(message: FromMouth, ...transfer: ArrayBuffer[]): void {
    this.#port.postMessage(message, transfer);
  }
}
