/**
 * The Corefile that the embedded cluster starts with: the one that Kubernetes 1.11 installed, so that it shows how old
 * Corefiles work.
 */
export const defaultCorefile = `.:53 {
    errors
    health
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        upstream
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    proxy . /etc/resolv.conf
    cache 30
    reload
}
`;
