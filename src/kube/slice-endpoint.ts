import { Address, type AddressKey } from './address.ts';
import type { Endpoint } from './resources.ts';

/**
 * An endpoint as slices keep it. A big cluster has several for each pod, and most are never asked for: the address is
 * made when somebody wants it.
 */
export class SliceEndpoint implements Endpoint {
  /** A dotted quad as 32 bits until the address is asked for. */
  #address: number | Address;
  readonly hostname: string;
  readonly podName: string;
  readonly zone: string;

  constructor(address: string, hostname: string, podName: string, zone: string) {
    const { value } = new Address(address);
    this.#address = typeof value === 'number' ? value : new Address(value);
    this.hostname = hostname;
    this.podName = podName;
    this.zone = zone;
  }

  get address(): Address {
    if (typeof this.#address === 'number') this.#address = new Address(this.#address);
    return this.#address;
  }

  get addressKey(): AddressKey {
    return typeof this.#address === 'number' ? this.#address : this.#address.indexKey;
  }

  get #value(): number | string {
    return typeof this.#address === 'number' ? this.#address : this.#address.value;
  }

  isSame(other: SliceEndpoint): boolean {
    return (
      this.#value === other.#value &&
      this.hostname === other.hostname &&
      this.podName === other.podName &&
      this.zone === other.zone
    );
  }
}
