/**
 * Octets that the kernel is asked for, for queries that wait while the process is busy; it caps them at net.core.rmem_max. It doubles the number and counts
 * 768 for a small datagram, so that 2 MiB are about 5,400 queries: as many as come in a tenth of a second at 50,000 a second, and no more than are answered
 * in about 50 ms, or 120 ms if all are forwarded. That is how late every answer is while more queries come than can be answered, so a larger buffer would
 * only make all of them later: what does not fit is dropped and counted.
 */
export const RECEIVE_BUFFER: number = 2 << 20;
