import { MultiIndex } from './multi-index.ts';
import type { EndpointSlice } from './resources.ts';

const NONE: readonly never[] = [];

/** EndpointSlices by namespace and service, in the order of their names; slices without a service are left out. */
export class SliceIndex {
  readonly #namespaces = new Map<string, MultiIndex<EndpointSlice>>();

  get(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#namespaces.get(namespace)?.get(service) ?? NONE;
  }

  add(slice: EndpointSlice): void {
    if (slice.service === '') return;
    let services = this.#namespaces.get(slice.namespace);
    if (services === undefined) {
      services = new MultiIndex();
      this.#namespaces.set(slice.namespace, services);
    }
    services.add([slice.service], slice);
  }

  remove(slice: EndpointSlice): void {
    const services = this.#namespaces.get(slice.namespace);
    services?.remove([slice.service], slice);
    if (services?.isEmpty === true) this.#namespaces.delete(slice.namespace);
  }
}
