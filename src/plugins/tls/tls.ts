import { closeSync, openSync, writeSync } from 'node:fs';
import { ConfigurationError, type SetupContext } from '../../plugin-api/context.ts';
import { oneOf, text } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, one } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { ClientCertificates } from '../../transport/stream/tls-acceptor.ts';
import { CertificateFiles, reasonOf } from './certificate-files.ts';

type ClientAuth = 'nocert' | 'request' | 'require' | 'verify_if_given' | 'require_and_verify';

const CLIENT_AUTH: Readonly<Record<ClientAuth, ClientCertificates>> = {
  nocert: 'ignored',
  request: 'requested',
  require: 'required',
  verify_if_given: 'verified-if-given',
  require_and_verify: 'verified',
};

const USAGE = 'CERT KEY [CA]';

/** The lines with which CoreDNS is told to get its certificate by ACME (RFC 8555). */
const ACME_LINES: ReadonlySet<string> = new Set(['acme', 'email', 'ca', 'storage', 'ca_root', 'resolver']);

export const tls: Plugin = definePlugin({
  name: 'tls',
  summary: 'Sets certificate and key of `tls://` and `https://` listeners.',
  reads: 'question',
  repeatable: true,
  parameters: grammar<readonly string[]>({
    usage: USAGE,
    summary: 'Files of the certificate chain, its key, and the authorities that vouch for clients, all PEM.',
    initial: [],
    read(line, previous, report) {
      // Without arguments the block says how ACME gets the certificate; setup has the words for it.
      if (line.arguments.length === 0 && line.opening !== undefined) return previous;
      return countArguments(line, 2, 3, USAGE, report) ? line.arguments.map((token) => token.text) : previous;
    },
  }),
  options: {
    client_auth: one<ClientAuth>(oneOf(['nocert', 'request', 'require', 'verify_if_given', 'require_and_verify']), {
      initial: 'nocert',
      summary: 'What is wanted of certificates of clients.',
    }),
    keylog: one(text('FILE'), {
      initial: undefined,
      summary: 'Appends the secrets of connections to a file, for looking into captured traffic.',
    }),
  },
  acceptsLine: (line) => ACME_LINES.has(line.name.text),
  problems: {
    'tls/acme': 'Certificates by ACME are not available in this version.',
    'tls/files': 'A file given to tls cannot be read, is no certificate or key, or they do not belong together.',
  },
  setup(stanzas, context) {
    const stanza = stanzas.at(-1) ?? stanzas[0];
    const { argument: files, options, line, others } = stanza;
    const [certificate, key, authority] = files;
    if (others.length > 0 || (line.arguments.length === 0 && line.opening !== undefined)) {
      context.report({
        code: 'tls/acme',
        message: 'certificates by ACME are not available in this version',
        place: others[0]?.name.place ?? line.name.place,
        hint: `get the certificate with another program and write: tls ${USAGE}; renewed files are taken up by themselves`,
      });
      return {};
    }
    // A wrong number of files has been reported by then.
    if (certificate === undefined || key === undefined) return {};
    let identity: CertificateFiles;
    try {
      identity = new CertificateFiles({
        certificate: context.resolvePath(certificate),
        key: context.resolvePath(key),
        authority: authority === undefined ? undefined : context.resolvePath(authority),
        clientCertificates: CLIENT_AUTH[options.client_auth],
        logger: context.logger,
      });
    } catch (error) {
      context.report({
        code: 'tls/files',
        message: `the files of tls cannot be used: ${reasonOf(error)}`,
        place: line.arguments[0]?.place ?? line.name.place,
        hint: `write: tls ${USAGE}, all in PEM format; relative paths start from \`root\``,
      });
      return {};
    }
    const keyLog = options.keylog === undefined ? undefined : context.resolvePath(options.keylog);
    return makeInstance(identity, keyLog, context, stanza.line.name.place);
  },
});

function makeInstance(
  identity: CertificateFiles,
  keyLog: string | undefined,
  context: SetupContext,
  place: ConfigurationError['place'],
): PluginInstance {
  let file: number | undefined;
  return {
    settings: { tls: () => identity.tls },
    async start() {
      if (keyLog !== undefined) {
        const opened = openKeyLog(keyLog, place);
        file = opened;
        context.logger.warning(`Writing TLS Key Log to ${JSON.stringify(keyLog)}`);
        identity.logKeysTo((line) => {
          // Connections outlive a reload by a few seconds.
          if (file !== undefined) writeSync(opened, line);
        });
      }
      identity.watch();
    },
    async stop() {
      identity.stop();
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Only the user of this process may read it. */
function openKeyLog(path: string, place: ConfigurationError['place']): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw new ConfigurationError(`the file of keylog cannot be written: ${reasonOf(error)}`, place);
  }
}
