import { afterAll, describe, test, vi } from 'vitest';
import { createBench } from '../conformance/bench.ts';
import { loadCases } from '../conformance/case.ts';
import { ClusterPool } from '../conformance/cluster.ts';
import { loadExpectations } from '../conformance/expectations.ts';
import { Judge, slowestFirst } from '../conformance/judge.ts';
import { startKubeApiserver } from '../conformance/kube-apiserver.ts';
import { Report } from '../conformance/report.ts';

/** An API server takes 300 MB, and besides these there is one for each folder that cases only look at. */
const CHANGING = 3;
const CASES_AT_A_TIME = 12;
/** A case may have to wait for the start of its API server, and for others that change theirs. */
const CASE_TIMEOUT_MS = 300_000;

vi.setConfig({ maxConcurrency: CASES_AT_A_TIME });

const cases = (await loadCases()).filter(({ vector }) => vector.cluster !== undefined);
const clusters = new ClusterPool(() => startKubeApiserver(), CHANGING);
const report = new Report();
const judge = new Judge(createBench(undefined, clusters), await loadExpectations(), report);

afterAll(async () => {
  await clusters[Symbol.asyncDispose]();
  process.stdout.write(`\n${report.print()}\n`);
});

describe('cluster cases', () => {
  for (const named of slowestFirst(cases)) {
    test.concurrent(named.id, { timeout: CASE_TIMEOUT_MS }, () => judge.ours(named));
  }
});
