import type { Registry } from '../../metrics/registry.ts';
import type { SetupContext, SharedKey } from '../../plugin-api/context.ts';
import { duration } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, readToken } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { CorefileWatch } from './corefile-watch.ts';

/** How often the Corefile is read, and by how much that varies between replicas; milliseconds. */
interface Timing {
  readonly interval: number;
  readonly jitter: number;
}

const DEFAULT_TIMING: Timing = { interval: 30_000, jitter: 15_000 };
const intervalKind = duration({ minimum: 2000 });
const jitterKind = duration();

export const reload: Plugin = definePlugin({
  name: 'reload',
  summary: 'Watches the Corefile and takes over what changes in it.',
  reads: 'question',
  repeatable: true,
  parameters: grammar({
    usage: '[INTERVAL [JITTER]]',
    summary:
      'How often to look, at least 2s, 30s unless given; and how much that varies, 0 or at least 1s, 15s unless given.',
    initial: DEFAULT_TIMING,
    read(line, previous, report) {
      if (!countArguments(line, 0, 2, '[INTERVAL [JITTER]]', report)) return previous;
      const [first, second] = line.arguments;
      const interval = readToken(intervalKind, first, report) ?? previous.interval;
      const jitter = readToken(jitterKind, second, report) ?? previous.jitter;
      if (jitter > 0 && jitter < 1000 && second !== undefined) {
        report({
          code: 'reload/jitter',
          message: `the jitter ${second.text} is too short`,
          place: second.place,
          hint: 'write 0 or at least 1s',
        });
      }
      return { interval, jitter: Math.min(jitter, interval / 2) };
    },
  }),
  options: {},
  problems: { 'reload/jitter': 'The jitter of reload is neither 0 nor at least one second.' },
  registerMetrics(metrics) {
    failureCounter(metrics);
  },
  setup(stanzas, context) {
    const { argument: timing } = stanzas.at(-1) ?? stanzas[0];
    // The directive concerns the process: whichever block says it last decides, and one watch runs.
    const chosen = context.shared(chosenKey, () => ({ timing, watch: undefined }));
    chosen.timing = timing;
    return {
      serving() {
        if (chosen.watch !== undefined) return;
        context.logger.info(`Running configuration SHA512 = ${context.host.fingerprint}`);
        chosen.watch = watchCorefile(chosen.timing, context);
      },
      async stop() {
        chosen.watch?.stop();
      },
    };
  },
});

const chosenKey: SharedKey<{ timing: Timing; watch: CorefileWatch | undefined }> = { name: 'reload' };

function watchCorefile(timing: Timing, context: SetupContext): CorefileWatch {
  const period = timing.interval + (context.random() - 0.5) * timing.jitter;
  const version = context.metrics.gauge({
    name: 'coredns_reload_version_info',
    help: 'A metric with a constant value of 1, labeled by hash and value of the running configuration.',
    labels: ['hash', 'value'],
  });
  return new CorefileWatch({
    period,
    host: context.host,
    logger: context.logger,
    changed(fingerprint) {
      version.clear();
      version.set(1, 'sha512', fingerprint);
    },
    failed: () => failureCounter(context.metrics).increment(),
  });
}

function failureCounter(metrics: Registry): ReturnType<Registry['counter']> {
  return metrics.counter({
    name: 'coredns_reload_failed_total',
    help: 'Counter of the number of failed reload attempts.',
  });
}
