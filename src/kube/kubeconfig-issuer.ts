import { KubeConfigError } from './access.ts';
import { ExecIssuer, readExecPlugin } from './exec-plugin.ts';
import type { CredentialIssuer } from './issued-credentials.ts';
import { booleanField, isJsonObject, type JsonObject, objectField, objectsField, stringField } from './json.ts';
import { OidcIssuer, readOidcSettings } from './oidc-provider.ts';

export interface IssuerSource {
  /** The kubeconfig file. */
  readonly path: string;
  readonly cluster: JsonObject;
  readonly user: JsonObject;
  /** The user as the file has it now; throws KubeConfigError or DecodeError. */
  readonly readUser: () => JsonObject;
  /** The certificate authority of the cluster in PEM form; throws KubeConfigError. */
  readonly readAuthority: () => Buffer | undefined;
  /** Names file and user in errors. */
  readonly where: string;
}

/** What gives the user credentials: `exec` or `auth-provider`, undefined for neither. Throws KubeConfigError or DecodeError. */
export function readIssuer(source: IssuerSource): CredentialIssuer | undefined {
  const { path, user, readUser, where } = source;
  const exec = isJsonObject(user['exec']) ? user['exec'] : undefined;
  if (exec !== undefined && isJsonObject(user['auth-provider'])) {
    throw new KubeConfigError(`${where} logs in with both exec and auth-provider; remove one of them`);
  }
  if (exec !== undefined) {
    return new ExecIssuer({ plugin: readExecPlugin(path, exec, where), cluster: () => execCluster(source), where });
  }
  if (!isJsonObject(user['auth-provider'])) return undefined;
  const read = (from: JsonObject) => readOidcSettings(path, objectField(from, 'auth-provider'), where);
  return new OidcIssuer({ initial: read(user), readAnew: () => read(readUser()), where, now: Date.now });
}

// Where a kubeconfig file has what a cluster tells every plugin.
const EXTENSION = 'client.authentication.k8s.io/exec';

/** `spec.cluster` of an ExecCredential; members without a value are left out, as the API does. */
function execCluster({ cluster, readAuthority }: IssuerSource): JsonObject {
  const server = stringField(cluster, 'server');
  const serverName = stringField(cluster, 'tls-server-name');
  const authority = readAuthority();
  const config = objectsField(cluster, 'extensions').find((one) => one['name'] === EXTENSION)?.['extension'];
  return {
    server,
    ...(serverName === '' ? {} : { 'tls-server-name': serverName }),
    ...(booleanField(cluster, 'insecure-skip-tls-verify', false) ? { 'insecure-skip-tls-verify': true } : {}),
    ...(authority === undefined ? {} : { 'certificate-authority-data': authority.toString('base64') }),
    ...(config === undefined ? {} : { config }),
  };
}
