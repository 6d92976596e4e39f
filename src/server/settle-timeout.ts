/** How long answers in the works are waited for, in milliseconds; CoreDNS's. */
export const SETTLE_TIMEOUT = 5000;
