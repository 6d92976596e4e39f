/** A warning that kubelet records, as `kubectl get events` shows it. */
export interface KubeletEvent {
  /** What the event is about. */
  readonly object: 'node' | 'pod';
  readonly reason: 'CheckLimitsForResolvConf' | 'DNSConfigForming' | 'MissingClusterDNS';
  readonly message: string;
}
