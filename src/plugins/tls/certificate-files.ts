import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Logger } from '../../log/logger.ts';
import { trustedAuthorities } from '../../transport/authorities.ts';
import { checkServerTls, type ClientCertificates, type ServerTls } from '../../transport/stream/tls-acceptor.ts';

export interface CertificateFilesOptions {
  /** Absolute paths. */
  readonly certificate: string;
  readonly key: string;
  /** Undefined: clients are vouched for by those whom the machine trusts. */
  readonly authority: string | undefined;
  readonly clientCertificates: ClientCertificates;
  readonly logger: Logger;
}

/** PEM texts of the files. */
interface Texts {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string | undefined;
}

/** How often the files are looked at, in milliseconds. kubelet renews mounted Secrets within a minute or two; this adds little. */
const PERIOD = 10_000;

/** Certificate, key and authority in files, read anew when they change. What cannot be used is left alone, and said. */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  #texts: Texts;
  #tls: ServerTls;
  #logKeys: ServerTls['logKeys'];
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  /** What was last found to be of no use, so that it is said once. */
  #refused: Texts | undefined;

  /** Throws when a file cannot be read or used. */
  constructor(options: CertificateFilesOptions) {
    const { certificate, key, authority } = options;
    this.#options = options;
    this.#texts = {
      certificate: readFileSync(certificate, 'utf8'),
      key: readFileSync(key, 'utf8'),
      authority: authority === undefined ? undefined : readFileSync(authority, 'utf8'),
    };
    this.#tls = this.#make(this.#texts);
  }

  /** What new connections get. */
  get tls(): ServerTls {
    return this.#tls;
  }

  watch(): void {
    this.#timer = setInterval(() => void this.look(), PERIOD);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** From now on every new connection's secrets go there. */
  logKeysTo(logKeys: (line: Buffer) => void): void {
    this.#logKeys = logKeys;
    this.#tls = { ...this.#tls, logKeys };
  }

  /** Takes the files over if they have changed and are of use. */
  async look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#compare();
    } finally {
      this.#busy = false;
    }
  }

  async #compare(): Promise<void> {
    const { certificate, key, authority, logger } = this.#options;
    let texts: Texts;
    try {
      texts = {
        certificate: await readFile(certificate, 'utf8'),
        key: await readFile(key, 'utf8'),
        authority: authority === undefined ? undefined : await readFile(authority, 'utf8'),
      };
    } catch {
      // A Secret volume that is just being replaced cannot be read for a moment.
      return;
    }
    if (isSame(texts, this.#texts)) return;
    try {
      this.#tls = this.#make(texts);
    } catch (error) {
      // A certificate and its key are not replaced in one moment: what is of no use twice will stay so.
      if (this.#refused !== undefined && isSame(texts, this.#refused)) return;
      this.#refused = texts;
      logger.warning(`${certificate} has changed and cannot be used, the one before stays: ${reasonOf(error)}`);
      return;
    }
    this.#texts = texts;
    this.#refused = undefined;
    const { validTo } = new X509Certificate(texts.certificate);
    logger.info(`${certificate} has changed, new connections get it; it is valid until ${validTo}`);
  }

  #make({ certificate, key, authority }: Texts): ServerTls {
    const { clientCertificates } = this.#options;
    const verifies = clientCertificates === 'verified' || clientCertificates === 'verified-if-given';
    const trusted = verifies ? trustedAuthorities() : undefined;
    const authorities = authority === undefined ? trusted : certificatesOf(authority);
    const tls = { certificate, key, authorities, clientCertificates, logKeys: this.#logKeys };
    checkServerTls(tls);
    return tls;
  }
}

function isSame(a: Texts, b: Texts): boolean {
  return a.certificate === b.certificate && a.key === b.key && a.authority === b.authority;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/** The certificates in a text, one text each; the text itself if there is none, for the error that it gives. */
function certificatesOf(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? [text];
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
