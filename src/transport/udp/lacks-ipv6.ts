import type { ListenOptions } from '../listen-options.ts';

/** A machine without IPv6 has no dual-stack socket: all addresses are then all IPv4 addresses. */
export function lacksIPv6({ address }: ListenOptions, error: unknown): boolean {
  return address === undefined && error instanceof Error && 'code' in error && error.code === 'EAFNOSUPPORT';
}
