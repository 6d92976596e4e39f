import { isJsonObject, type JsonObject } from '../kube/json.ts';
import { expandZone } from '../corefile/keys.ts';
import { suggest } from '../corefile/suggest.ts';
import { printChange } from '../migrate/change.ts';
import { type KubeDNSConfig, type KubeDNSProblem, migrateKubeDNS } from '../migrate/kube-dns.ts';
import { migrateCorefile } from '../migrate/migrate-corefile.ts';
import { isVersion, LATEST, Span, type Version, VERSIONS } from '../migrate/versions.ts';
import { parseArguments } from './arguments.ts';
import { readText } from './check.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { fileImports } from './files.ts';
import { formatProblems } from './problems.ts';
import { UsageError, UserError } from './user-error.ts';
import { readYamlFile, type YamlObject } from './yaml-file.ts';

const HELP = `usage: clusterfirst migrate --from VERSION [--to VERSION] [--json] [FILE]
       clusterfirst migrate --kube-dns FILE [--domain DOMAIN] [--json]

Brings the Corefile of an old CoreDNS up to date: prints the new one, and on standard error what was changed, on which
line of the old one, and why. All else stays as it is written, comments too. FILE is "Corefile" unless given; "-" reads
standard input. Files that it imports are not changed: what there is to do in them is told.

  --from VERSION     the CoreDNS that it was written for, 1.0.0 or later
  --to VERSION       the CoreDNS that it is for; ${LATEST} unless given
  --kube-dns FILE    make a Corefile from the ConfigMap of kube-dns: stubDomains, upstreamNameservers, federations
  --domain DOMAIN    the domain of the cluster that kube-dns served; cluster.local unless given
  --json             an object: corefile, changes (action, file, line, what, why, version);
                     with --kube-dns: corefile, problems (severity, key, message)

exit code: 0, or 1 when there is no new Corefile

examples:
  clusterfirst migrate --from 1.2.0 Corefile > Corefile.new
  kubectl get configmap -n kube-system coredns -o jsonpath='{.data.Corefile}' | clusterfirst migrate --from 1.3.1 -
  kubectl get configmap -n kube-system kube-dns -o yaml | clusterfirst migrate --kube-dns -`;

export const migrate: Command = {
  name: 'migrate',
  summary: 'bring an old Corefile up to date, or make one from the ConfigMap of kube-dns',
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        'kube-dns': { type: 'string' },
        domain: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const { from, to, 'kube-dns': configMap, domain, json } = values;
    if (configMap !== undefined) {
      if (from !== undefined || to !== undefined || positionals.length > 0)
        throw new UsageError('--kube-dns FILE makes a Corefile: leave out --from, --to and other files');
      return fromKubeDNS(configMap, domainOf(domain), json, terminal);
    }
    if (domain !== undefined) throw new UsageError('--domain goes with --kube-dns');
    if (from === undefined)
      throw new UsageError('from which CoreDNS? clusterfirst migrate --from VERSION, or --kube-dns FILE');
    if (positionals.length > 1) throw new UsageError('migrate takes one Corefile at a time');
    return fromCorefile(positionals[0] ?? 'Corefile', spanOf(from, to ?? LATEST), json, terminal);
  },
};

/** As the flag of kube-dns, it may end in a dot. */
function domainOf(given = 'cluster.local'): string {
  const domain = given.replace(/\.$/, '').toLowerCase();
  if (expandZone(domain)?.length !== 1) throw new UsageError(`--domain takes a domain name, not "${given}"`);
  return domain;
}

function spanOf(from: string, to: string): Span {
  const span = new Span(versionOf('--from', from), versionOf('--to', to));
  if (span.isBackward)
    throw new UserError(`cannot migrate down to ${span.to} from ${span.from}: give a later version with --to`);
  return span;
}

function versionOf(flag: string, text: string): Version {
  const version = text.replace(/^v/, '');
  if (isVersion(version)) return version;
  const series = /^\d+\.\d+/.exec(version)?.[0];
  const near = VERSIONS.findLast((other) => other.startsWith(`${series}.`)) ?? suggest(version, VERSIONS);
  const guess = near === undefined ? '' : ` did you mean ${near}?`;
  throw new UserError(`${flag}: there is no CoreDNS ${text};${guess} versions are ${listVersions()}`);
}

/** `1.0.0 to 1.0.6, 1.1.0 to 1.1.4`: no number is left out between. */
function listVersions(): string {
  const series = Map.groupBy(VERSIONS, (version) => version.replace(/\.\d+$/, ''));
  return [...series.values()]
    .map((versions) => (versions.length === 1 ? versions[0] : `${versions[0]} to ${versions.at(-1)}`))
    .join(', ');
}

async function fromCorefile(path: string, span: Span, json: boolean, terminal: Terminal): Promise<number> {
  const source = await readText(path, terminal.workingDirectory);
  const migration = migrateCorefile(source.text, {
    file: source.file,
    environment: terminal.environment,
    imports: fileImports(terminal.workingDirectory),
    span,
  });
  if ('errors' in migration) {
    for (const text of formatProblems(migration.errors, source, terminal)) terminal.error(text);
    return EXIT.failed;
  }
  if (json) {
    terminal.out(JSON.stringify(migration, undefined, 2));
    return EXIT.ok;
  }
  for (const change of migration.changes) terminal.error(printChange(change));
  if (migration.changes.length === 0) terminal.error(`${source.file}: nothing to change`);
  printCorefile(migration.corefile, terminal);
  return EXIT.ok;
}

function fromKubeDNS(path: string, domain: string, json: boolean, terminal: Terminal): number {
  const configMap = readConfigMap(path, terminal);
  const { corefile, problems } = migrateKubeDNS(configOf(configMap), domain);
  if (json && corefile !== undefined) {
    terminal.out(JSON.stringify({ corefile, problems }, undefined, 2));
    return EXIT.ok;
  }
  for (const problem of problems) terminal.error(printProblem(problem, configMap));
  if (corefile === undefined) return EXIT.failed;
  printCorefile(corefile, terminal);
  return EXIT.ok;
}

/** The terminal ends the last line. */
function printCorefile(text: string, terminal: Terminal): void {
  terminal.out(text.replace(/\n$/, ''));
}

function readConfigMap(path: string, terminal: Terminal): YamlObject {
  const objects = readYamlFile(path, terminal);
  const configMaps = objects.filter(({ value }) => value['kind'] === 'ConfigMap');
  const found = configMaps.find(({ value }) => nameOf(value) === 'kube-dns') ?? configMaps[0];
  if (found !== undefined) return found;
  const text = 'there is no ConfigMap; give that of kube-dns: kubectl get configmap -n kube-system kube-dns -o yaml';
  throw objects[0]?.error(['kind'], text) ?? new UserError(`${path}: ${text}`);
}

function nameOf({ metadata }: JsonObject): unknown {
  return isJsonObject(metadata) ? metadata['name'] : undefined;
}

function configOf({ value, error }: YamlObject): KubeDNSConfig {
  const data = value['data'] ?? {};
  if (!isJsonObject(data)) throw error(['data'], 'data is not an object');
  const textOf = (key: keyof KubeDNSConfig): string | undefined => {
    const text = data[key] ?? undefined;
    if (text === undefined || typeof text === 'string') return text;
    throw error(['data', key], `data.${key} is not a string: write it as one, ${key}: |`);
  };
  return {
    stubDomains: textOf('stubDomains'),
    upstreamNameservers: textOf('upstreamNameservers'),
    federations: textOf('federations'),
  };
}

function printProblem({ severity, key, message }: KubeDNSProblem, { error }: YamlObject): string {
  return error(['data', key], `${severity}: data.${key}: ${message}`).message;
}
