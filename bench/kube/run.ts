// Measures what a big cluster costs, see README.md: memory, first sync, stalls, and how soon a change is answered.
//
//   node bench/kube/run.ts [--rounds=N] [--only=relists|changes] [--subject=server|watch] [--form=protobuf|json]
//        [--lists=streams|pages] [--touched] [--tls] [--flags='--semi-space-growth-factor=1 …'] [--node-options='…']
//        [--write]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTestCertificates } from '../../src/kube/testing/test-certificates.ts';
import { makeBundles } from './bundle.ts';
import { measureChangesUnderLoad } from './changes.ts';
import { describeMachine } from '../harness/machine.ts';
import { HERE, MeasuredProcess } from './measured-process.ts';
import { measureRelists } from './relists.ts';
import { changeRows, printTable, relistRows, type Row } from './report.ts';
import { startSubject, type Subject } from './subject.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    subject: { type: 'string', default: 'server' },
    form: { type: 'string', default: 'protobuf' },
    lists: { type: 'string', default: 'streams' },
    touched: { type: 'boolean', default: false },
    tls: { type: 'boolean', default: false },
    flags: { type: 'string', default: '' },
    'node-options': { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const kind = values.subject === 'watch' ? 'watch' : 'server';

const machine = describeMachine({ dnsperf: 'dnsperf' });
const directory = mkdtempSync(join(tmpdir(), 'bench-kube-'));
const bundles = await makeBundles();
const certificates = values.tls ? makeTestCertificates(directory) : undefined;

async function withApi<T>(use: (api: MeasuredProcess, start: () => Promise<Subject>) => Promise<T>): Promise<T> {
  const tls = certificates === undefined ? [] : [certificates.serverCert, certificates.serverKey];
  const api = new MeasuredProcess([join(HERE, 'fake-api-process.ts'), values.form, values.lists, ...tls]);
  try {
    const { port = 0 } = await api.message('port');
    const url = `http${values.tls ? 's' : ''}://127.0.0.1:${port}`;
    const environment = { PROBE_V8_FLAGS: values.flags, NODE_OPTIONS: values['node-options'] };
    return await use(api, () => startSubject({ bundles, kind, url, certificates, directory, environment }));
  } finally {
    await api.end();
  }
}

async function repeat<T>(measure: () => Promise<T>): Promise<T[]> {
  const rounds: T[] = [];
  while (rounds.length < Number(values.rounds)) rounds.push(await measure());
  return rounds;
}

try {
  const rows: Row[] = [];
  if (values.only !== 'changes') {
    rows.push(...relistRows(await withApi((api, start) => repeat(() => measureRelists(api, start, values.touched)))));
  }
  if (values.only !== 'relists' && kind === 'server') {
    rows.push(
      ...changeRows(await withApi((api, start) => repeat(() => measureChangesUnderLoad(api, start, directory)))),
    );
  }
  process.stdout.write(`${JSON.stringify({ ...values, machine })}\n\n${printTable(rows)}\n`);
  if (values.write) {
    const options = Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'write'));
    const file = join(HERE, '../results/kube-big-cluster.json');
    writeFileSync(file, `${JSON.stringify({ machine, options, rows }, undefined, 2)}\n`);
  }
} finally {
  rmSync(directory, { recursive: true });
}
