import { A } from './a.ts';
import { AAAA } from './aaaa.ts';
import { AFSDB } from './afsdb.ts';
import { AMTRELAY } from './amtrelay.ts';
import { APL } from './apl.ts';
import { AVC } from './avc.ts';
import { CAA } from './caa.ts';
import { CDNSKEY } from './cdnskey.ts';
import { CDS } from './cds.ts';
import { CERT } from './cert.ts';
import { CNAME } from './cname.ts';
import { CSYNC } from './csync.ts';
import type { RecordType } from './define.ts';
import { DHCID } from './dhcid.ts';
import { DLV } from './dlv.ts';
import { DNAME } from './dname.ts';
import { DNSKEY } from './dnskey.ts';
import { DOA } from './doa.ts';
import { DS } from './ds.ts';
import { EID } from './eid.ts';
import { EUI48 } from './eui48.ts';
import { EUI64 } from './eui64.ts';
import { GID } from './gid.ts';
import { GPOS } from './gpos.ts';
import { HINFO } from './hinfo.ts';
import { HIP } from './hip.ts';
import { HTTPS } from './https.ts';
import { IPSECKEY } from './ipseckey.ts';
import { ISDN } from './isdn.ts';
import { KEY } from './key.ts';
import { KX } from './kx.ts';
import { L32 } from './l32.ts';
import { L64 } from './l64.ts';
import { LOC } from './loc.ts';
import { LP } from './lp.ts';
import { MB } from './mb.ts';
import { MD } from './md.ts';
import { MF } from './mf.ts';
import { MG } from './mg.ts';
import { MINFO } from './minfo.ts';
import { MR } from './mr.ts';
import { MX } from './mx.ts';
import { NAPTR } from './naptr.ts';
import { NID } from './nid.ts';
import { NIMLOC } from './nimloc.ts';
import { NINFO } from './ninfo.ts';
import { NS } from './ns.ts';
import { NSAP_PTR } from './nsap-ptr.ts';
import { NSEC } from './nsec.ts';
import { NSEC3 } from './nsec3.ts';
import { NSEC3PARAM } from './nsec3param.ts';
import { OPENPGPKEY } from './openpgpkey.ts';
import { PTR } from './ptr.ts';
import { PX } from './px.ts';
import { RESINFO } from './resinfo.ts';
import { RKEY } from './rkey.ts';
import { RP } from './rp.ts';
import { RRSIG } from './rrsig.ts';
import { RT } from './rt.ts';
import { SIG } from './sig.ts';
import { SMIMEA } from './smimea.ts';
import { SOA } from './soa.ts';
import { SPF } from './spf.ts';
import { SRV } from './srv.ts';
import { SSHFP } from './sshfp.ts';
import { SVCB } from './svcb.ts';
import { TA } from './ta.ts';
import { TALINK } from './talink.ts';
import { TKEY } from './tkey.ts';
import { TLSA } from './tlsa.ts';
import { TSIG } from './tsig.ts';
import { TXT } from './txt.ts';
import { UID } from './uid.ts';
import { UINFO } from './uinfo.ts';
import { URI } from './uri.ts';
import { WALLET } from './wallet.ts';
import { X25 } from './x25.ts';
import { ZONEMD } from './zonemd.ts';

/** Every record type whose data we understand, by code; the data of all others are opaque (RFC 3597). */
export const recordTypes: readonly RecordType<object>[] = [
  A,
  NS,
  MD,
  MF,
  CNAME,
  SOA,
  MB,
  MG,
  MR,
  PTR,
  HINFO,
  MINFO,
  MX,
  TXT,
  RP,
  AFSDB,
  X25,
  ISDN,
  RT,
  NSAP_PTR,
  SIG,
  KEY,
  PX,
  GPOS,
  AAAA,
  LOC,
  EID,
  NIMLOC,
  SRV,
  NAPTR,
  KX,
  CERT,
  DNAME,
  APL,
  DS,
  SSHFP,
  IPSECKEY,
  RRSIG,
  NSEC,
  DNSKEY,
  DHCID,
  NSEC3,
  NSEC3PARAM,
  TLSA,
  SMIMEA,
  HIP,
  NINFO,
  RKEY,
  TALINK,
  CDS,
  CDNSKEY,
  OPENPGPKEY,
  CSYNC,
  ZONEMD,
  SVCB,
  HTTPS,
  SPF,
  UINFO,
  UID,
  GID,
  NID,
  L32,
  L64,
  LP,
  EUI48,
  EUI64,
  TKEY,
  TSIG,
  URI,
  CAA,
  AVC,
  DOA,
  AMTRELAY,
  RESINFO,
  WALLET,
  TA,
  DLV,
];

const byCode: ReadonlyMap<number, RecordType<object>> = new Map(recordTypes.map((type) => [type.code, type]));

/** The record type of that code, if we understand its data. */
export function recordTypeOf(code: number): RecordType<object> | undefined {
  return byCode.get(code);
}
