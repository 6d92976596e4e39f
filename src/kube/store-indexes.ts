import { MultiIndex } from './multi-index.ts';
import type { EndpointSlice, Resource, Service } from './resources.ts';
import { SliceIndex } from './slice-index.ts';
import { addressKeys } from './store-change.ts';

/** Finds objects by what queries ask for, beyond their own names. */
export class StoreIndexes {
  readonly slices: SliceIndex = new SliceIndex();
  readonly importedSlices: SliceIndex = new SliceIndex();
  readonly servicesByAddress: MultiIndex<Service> = new MultiIndex();
  readonly slicesByAddress: MultiIndex<EndpointSlice> = new MultiIndex();

  add(object: Resource): void {
    switch (object.kind) {
      case 'Service':
        return this.servicesByAddress.add(addressKeys(object), object);
      case 'EndpointSlice':
        // Without a service there is no name to give to the address.
        if (object.service === '') return;
        this.slicesByAddress.add(addressKeys(object), object);
        return this.slices.add(object);
      case 'ImportedSlice':
        return this.importedSlices.add(object);
      default:
    }
  }

  remove(object: Resource): void {
    switch (object.kind) {
      case 'Service':
        return this.servicesByAddress.remove(addressKeys(object), object);
      case 'EndpointSlice':
        this.slicesByAddress.remove(addressKeys(object), object);
        return this.slices.remove(object);
      case 'ImportedSlice':
        return this.importedSlices.remove(object);
      default:
    }
  }
}
