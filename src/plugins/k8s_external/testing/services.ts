import { Address } from '../../../kube/address.ts';
import type { Port } from '../../../kube/resources.ts';
import type { ExternalBackend, ExternalServices } from '../../../plugin-api/external-services.ts';

/** A service as a test writes it. */
export interface TestService {
  /** Namespace, slash, name. */
  readonly key: string;
  /** External addresses and host names. */
  readonly addresses?: readonly string[];
  /** Label, space, address: makes it headless. */
  readonly endpoints?: readonly string[];
  /** `http/tcp/80`; default: none. */
  readonly ports?: readonly string[];
}

/** A cluster of these services; all of their namespaces but `hidden` are served. */
export class TestServices implements ExternalServices {
  readonly ttl = 30;
  serial = 7;
  hasSynced = true;
  own: readonly string[] = [];
  readonly #services: readonly TestService[];

  constructor(services: readonly TestService[]) {
    this.#services = services;
  }

  isExposed(namespace: string): boolean {
    return namespace !== 'hidden' && this.#services.some(({ key }) => key.startsWith(`${namespace}/`));
  }

  backends(namespace: string, name: string, endpoint: string, headless: boolean): readonly ExternalBackend[] {
    const service = this.#services.find(({ key }) => key === `${namespace}/${name}`);
    if (service === undefined || !this.isExposed(namespace)) return [];
    const ports = (service.ports ?? ['//-1']).map((text): Port => {
      const [port = '', protocol = '', number = ''] = text.split('/');
      return { name: port, protocol, port: Number(number) };
    });
    const external = (service.addresses ?? []).map((text) => ({ text, labels: [name, namespace], label: '' }));
    const internal = (headless ? (service.endpoints ?? []) : []).map((pair) => {
      const [label = '', text = ''] = pair.split(' ');
      return { text, labels: [label, name, namespace], label };
    });
    const all = external.length > 0 ? external : internal.filter(({ label }) => endpoint === '' || endpoint === label);
    return all.flatMap(({ text, labels }) => ports.map((port) => ({ address: new Address(text), port, labels })));
  }

  servicesAt(address: string): readonly (readonly string[])[] {
    return this.#services
      .filter(({ addresses, key }) => addresses?.includes(address) && !key.startsWith('hidden/'))
      .map(({ key }) => key.split('/').toReversed());
  }

  *services(headless: boolean): Iterable<{ readonly namespace: string; readonly name: string }> {
    for (const { key, addresses, endpoints } of this.#services) {
      const [namespace = '', name = ''] = key.split('/');
      if (addresses === undefined && !(headless && endpoints !== undefined)) continue;
      if (this.isExposed(namespace)) yield { namespace, name };
    }
  }

  nameServers(): readonly Address[] {
    return this.own.map((text) => new Address(text));
  }
}
