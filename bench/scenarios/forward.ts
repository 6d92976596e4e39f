import { outsideQuestions } from '../cluster/names.ts';
import { againstCoreDns, questionsOfRound } from './cluster.ts';
import { ALL_FOUND } from './load.ts';
import type { Scenario } from './scenario.ts';

const CACHED_NAMES = 1000;

export const forwardScenarios: readonly Scenario[] = [
  againstCoreDns({
    name: 'forward-cached',
    title: 'forward, cache hit',
    questions: () => outsideQuestions(CACHED_NAMES, 'often'),
    expected: ALL_FOUND,
    userLimit: 0.8,
    ratioLimit: 0.5,
  }),
  againstCoreDns({
    name: 'forward-uncached',
    title: 'forward, uncached',
    questions: (bench, round) => outsideQuestions(questionsOfRound(bench), `once-${round}`),
    expected: ALL_FOUND,
    userLimit: 4,
    ratioLimit: 0.75,
  }),
];
