export interface ListenOptions {
  /** Undefined for all addresses, IPv4 and IPv6. */
  readonly address: string | undefined;
  /** 0 for any free one. */
  readonly port: number;
  /** Refuse an address on which another process listens, even if that one would share it. */
  readonly exclusive: boolean;
}
