import { defineRecord, type RecordType } from './define.ts';
import { base64 } from './octets.ts';

/** The DHCP client that a name belongs to (RFC 4701 §3). */
export interface Dhcid {
  readonly digest: Uint8Array;
}

export const DHCID: RecordType<Dhcid> = defineRecord({ name: 'DHCID', fields: { digest: base64 } });
