import { readFileSync } from 'node:fs';
import type { RecordedResponse } from './scripted-api.ts';

/** What a kube-apiserver answered, by the names in testdata/transcripts.json. Throws for a name that is not there. */
export function transcript(name: string): RecordedResponse {
  const file = new URL('../testdata/transcripts.json', import.meta.url);
  const all: Record<string, { response: RecordedResponse }> = JSON.parse(readFileSync(file, 'utf8'));
  const found = all[name];
  if (found === undefined) throw new TypeError(`no transcript ${name}`);
  return found.response;
}
