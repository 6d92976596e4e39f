import type * as httpsTypes from 'node:https';

/** node:https when it is first needed: TLS brings the machine's certificate authorities with it, 5 MB that a plain connection does not need. */
export function secureHttp(): typeof httpsTypes {
  return process.getBuiltinModule('node:https');
}
