import { ListenError } from '../../transport/listen-error.ts';
import type { Service } from '../service.ts';
import { Mouth, type MouthOptions } from './mouth.ts';

/** The further sockets of a listener, each with its thread: as many as the configuration wants besides the first one. */
export class Mouths {
  readonly #options: MouthOptions;
  readonly #mouths: Mouth[] = [];

  constructor(options: MouthOptions) {
    this.#options = options;
  }

  /** Opens and closes what is missing and surplus for `service`, which the others are given. Rejects with a ListenError. */
  async serve(service: Service): Promise<void> {
    const wanted = service.settings.sockets - 1;
    const replaced = this.#mouths.map((mouth) => mouth.replaceService(service));
    const surplus = this.#mouths.splice(wanted);
    const missing = Array.from({ length: wanted - this.#mouths.length }, () => Mouth.open(service, this.#options));
    const opened = await Promise.allSettled(missing);
    for (const one of opened) if (one.status === 'fulfilled') this.#mouths.push(one.value);
    await Promise.all([...replaced, ...surplus.map((mouth) => mouth.close())]);
    const failure = opened.find((one) => one.status === 'rejected');
    const { address, port } = this.#options.listen;
    if (failure !== undefined) throw new ListenError('udp', address, port, failure.reason);
  }

  /** Takes no more datagrams. */
  async pause(): Promise<void> {
    await Promise.all(this.#mouths.map((mouth) => mouth.pause()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#mouths.splice(0).map((mouth) => mouth.close()));
  }
}
