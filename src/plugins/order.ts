import type { Plugin } from '../plugin-api/plugin.ts';
import { acl } from './acl/acl.ts';
import { any } from './any/any.ts';
import { auto } from './auto/auto.ts';
import { autopath } from './autopath/autopath.ts';
import { bind } from './bind/bind.ts';
import { bufsize } from './bufsize/bufsize.ts';
import { cache } from './cache/cache.ts';
import { cancel } from './cancel/cancel.ts';
import { chaos } from './chaos/chaos.ts';
import { debug } from './debug/debug.ts';
import { dns64 } from './dns64/dns64.ts';
import { erratic } from './erratic/erratic.ts';
import { errors } from './errors/errors.ts';
import { file } from './file/file.ts';
import { forward } from './forward/forward.ts';
import { proxy } from './forward/proxy.ts';
import { header } from './header/header.ts';
import { health } from './health/health.ts';
import { hosts } from './hosts/hosts.ts';
import { https } from './https/https.ts';
import { k8s_external } from './k8s_external/k8s_external.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { loadbalance } from './loadbalance/loadbalance.ts';
import { local } from './local/local.ts';
import { log } from './log/log.ts';
import { loop } from './loop/loop.ts';
import { metadata } from './metadata/metadata.ts';
import { minimal } from './minimal/minimal.ts';
import { multisocket } from './multisocket/multisocket.ts';
import { nsid } from './nsid/nsid.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { ready } from './ready/ready.ts';
import { reload } from './reload/reload.ts';
import { rewrite } from './rewrite/rewrite.ts';
import { root } from './root/root.ts';
import { template } from './template/template.ts';
import { timeouts } from './timeouts/timeouts.ts';
import { tls } from './tls/tls.ts';
import { transfer } from './transfer/transfer.ts';
import { view } from './view/view.ts';
import { whoami } from './whoami/whoami.ts';

/**
 * The order of the chain: the first plugin sees a query first and its reply last. Corefiles list plugins in any order, so this
 * order, CoreDNS's, is what people rely on.
 */
export const order: readonly Plugin[] = [
  root, // before all whose paths start from it
  metadata, // labels are there for everything after
  cancel, // before all that can take time
  timeouts, // a setting of the listeners
  https, // a setting of listeners
  multisocket, // a setting of listeners
  reload, // a setting of the process
  nsid, // before all that make or change answers
  bufsize, // before everything that looks at the size
  bind, // before plugins that want to know the addresses
  debug, // before plugins that print debug lines
  ready, // an endpoint, queries do not pass it
  health, // an endpoint, queries do not pass it
  prometheus, // counts what every plugin after it answered
  errors, // sees every failure after it
  log, // sees every answer after it
  local, // names of this machine are nobody else's business
  dns64, // before all that answer for addresses
  any, // before everything that would answer with all it has
  chaos, // before the plugins that know classes as little as most
  loadbalance, // before cache: remembered answers are reordered too
  rewrite, // before all that look at names
  autopath, // before cache: what a pod finds is not what another one does
  acl, // before cache: what one client may know another one must not
  cache, // in front of everything that has to work for an answer
  header, // after cache: remembered answers have had their flags changed already
  minimal, // after cache: what is remembered is small too
  tls, // a setting of listeners
  template, // made-up answers, before the data of the zones
  transfer, // hands out the zones of the plugins after it
  hosts, // before the zones, so that a file of names can override them
  k8s_external, // before kubernetes, which would deny its names in a zone that both have
  kubernetes, // the cluster's own names
  file, // zones from files
  auto, // zones from folders of files
  loop, // sees what is about to leave, as it would come back
  forward, // everything else
  proxy, // the old spelling of forward
  erratic, // answers everything, now and then
  whoami, // answers everything, so no query gets beyond it
  view, // decides before the chain, who comes here at all
];
