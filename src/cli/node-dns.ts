import { isIP } from 'node:net';
import { stringField, stringsField } from '../kube/json.ts';
import { parseResolverFile, type ResolverFile, ResolverFileError } from '../kubelet/resolver-file.ts';
import type { Terminal } from './command.ts';
import { UserError } from './user-error.ts';
import { readTextFile, readYamlFile, type YamlObject } from './yaml-file.ts';

/** What of a KubeletConfiguration the resolv.conf of pods depends on. */
export interface KubeletSettings {
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The path of the node's file; empty for none. */
  readonly resolvConf: string;
}

/** What kubeadm installs. */
const USUAL: KubeletSettings = {
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/resolv.conf',
};

/**
 * What the file of `--kubelet-config` says, with the defaults of the kubelet; the usual settings without one. `--host-resolv-conf`
 * wins over its `resolvConf`. Throws UserError.
 */
export function readKubeletSettings(
  options: { readonly 'kubelet-config'?: string | undefined; readonly 'host-resolv-conf'?: string | undefined },
  terminal: Terminal,
): KubeletSettings {
  const { 'kubelet-config': path, 'host-resolv-conf': resolvConf } = options;
  const settings = path === undefined ? USUAL : settingsOf(path, terminal);
  return resolvConf === undefined ? settings : { ...settings, resolvConf };
}

function settingsOf(path: string, terminal: Terminal): KubeletSettings {
  const objects = readYamlFile(path, terminal);
  const found = objects.find(({ value }) => value['kind'] === 'KubeletConfiguration');
  if (found === undefined) {
    const text =
      'there is no KubeletConfiguration; give the file of the kubelet, /var/lib/kubelet/config.yaml on most nodes';
    throw objects[0]?.error(['kind'], text) ?? new UserError(`${path}: ${text}`);
  }
  const settings = found.decode([], (value) => ({
    clusterDNS: stringsField(value, 'clusterDNS'),
    clusterDomain: stringField(value, 'clusterDomain'),
    // An absent field means the default; an empty one means none.
    resolvConf: 'resolvConf' in value ? stringField(value, 'resolvConf') : USUAL.resolvConf,
  }));
  checkAddresses(settings.clusterDNS, found);
  return settings;
}

/** The kubelet does not start with such a file. */
function checkAddresses(clusterDNS: readonly string[], object: YamlObject): void {
  const wrong = clusterDNS.findIndex((address) => isIP(address) === 0);
  if (wrong === -1) return;
  throw object.error(['clusterDNS', wrong], `"${clusterDNS[wrong]}" is no IP address`);
}

/** The node's resolv.conf; undefined for an empty path; an Error, whose message is why, when it cannot be used. */
export function readNodeFile(path: string, terminal: Terminal): ResolverFile | UserError | undefined {
  if (path === '') return undefined;
  try {
    return parseResolverFile(readTextFile(path, terminal));
  } catch (error) {
    if (error instanceof UserError) return error;
    if (error instanceof ResolverFileError) return new UserError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
