import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Bench } from '../harness/bench.ts';
import { type Machine, printMachine } from '../harness/machine.ts';
import { ROOT } from '../harness/package.ts';
import { compare } from '../report/bars.ts';
import type { ScenarioResult } from '../report/result.ts';
import { bothServers } from '../scenarios/cluster.ts';
import { ALL_FOUND, measureLoad } from '../scenarios/load.ts';
import { runScenario } from '../scenarios/run-scenario.ts';
import { type Curve, curves } from './curves.ts';
import { drawSvg, type Panel, type Series } from './svg.ts';

const COLOURS: Readonly<Record<string, string>> = { ours: '#0a6cc4', CoreDNS: '#c4580a' };

/** Measures all curves and writes plot.svg and plot.json into the folder. */
export async function drawPlots(bench: Bench, machine: Machine, folder: string): Promise<void> {
  const measured: { readonly curve: Curve; readonly points: readonly Point[] }[] = [];
  for (const curve of curves) measured.push({ curve, points: await measureCurve(bench, curve) });
  bench.settings.progress.end();
  const panels = measured.map(({ curve, points }) => panelOf(curve, points));
  mkdirSync(folder, { recursive: true });
  const data = measured.map(({ curve: { name, title }, points }) => ({ name, title, points }));
  writeFileSync(join(folder, 'plot.json'), `${JSON.stringify({ machine, curves: data }, null, 1)}\n`);
  const path = join(folder, 'plot.svg');
  writeFileSync(path, drawSvg(panels, 'CPU, µs a query', printMachine(machine)));
  bench.settings.progress.note(`written to ${relative(ROOT, path)}`);
}

interface Point {
  readonly value: number;
  readonly result: ScenarioResult;
}

/** Measures each value as a scenario of its own. */
async function measureCurve(bench: Bench, curve: Curve): Promise<Point[]> {
  const points: Point[] = [];
  for (const value of curve.values) {
    const name = `${curve.name}-${value}`;
    const result = await runScenario(bench, {
      name,
      title: curve.title,
      subjects: bothServers(curve.options(value)),
      shown: [],
      bars: [],
      measure: async (bench, server) => {
        const queries = bench.questions(name, curve.questions(value));
        const load = { port: server.port, queries, seconds: bench.settings.seconds };
        return (await measureLoad(bench, server, load, ALL_FOUND)).figures;
      },
    });
    points.push({ value, result });
  }
  return points;
}

/** For each server its total as a line, and the part of it that is the server's own as a dashed one. */
function panelOf({ title, xLabel, xScale }: Curve, points: readonly Point[]): Panel {
  const series = Object.entries(COLOURS).flatMap(([server, colour]) =>
    (['total', 'user'] as const).map(
      (figure): Series => ({
        label: `${server}, ${figure}`,
        colour,
        dashed: figure === 'user',
        points: points.flatMap(({ value, result }) => {
          const y = compare(result, server, figure);
          return y === undefined ? [] : [[value, y] as const];
        }),
      }),
    ),
  );
  return { title, xLabel, xScale, series };
}
