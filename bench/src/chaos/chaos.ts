import { writeFileSync } from 'node:fs';
import type { PlantedBug } from '@pitwall/failpoints';
import { LiveLine } from '../terminal/live-line.js';
import { runCommand } from '../terminal/run-command.js';
import { type ChaosOptions, parseChaosOptions } from './options.js';
import type { ScenarioOutcome } from './outcome.js';
import { chaosLines, isAsItShould } from './report.js';
import { runScenario } from './run-scenario.js';
import type { Scenario } from './scenario.js';

/** `npm run chaos`: runs the scenarios, prints the table on standard output and gives the exit code. */
export function chaos(argv: readonly string[]): Promise<number> {
  return runCommand(parseChaosOptions(argv), async (options, signal) => {
    if (options.list) return list(options);
    const outcomes: ScenarioOutcome[] = [];
    const at = new Date().toISOString();
    try {
      // A whole profile takes hours: what is known of it must not be lost with the rest.
      for await (const outcome of runAll(options, signal)) {
        outcomes.push(outcome);
        writeReport(options, { at, outcomes });
      }
    } finally {
      if (outcomes.length > 0) process.stdout.write(`${chaosLines(outcomes).join('\n')}\n`);
    }
    return outcomes.every(isAsItShould) ? 0 : 1;
  });
}

/** A scenario, and the bug that is switched on in it. */
interface Plan {
  readonly scenario: Scenario;
  readonly planted: PlantedBug | null;
}

function plansOf({ scenarios, planted }: ChaosOptions): readonly Plan[] {
  if (!planted) return scenarios.map((scenario) => ({ scenario, planted: null }));
  return scenarios.flatMap((scenario) => scenario.catches.map((bug) => ({ scenario, planted: bug })));
}

function writeReport(
  { profile, seed, json }: ChaosOptions,
  { at, outcomes }: { readonly at: string; readonly outcomes: readonly ScenarioOutcome[] },
): void {
  if (json !== null) writeFileSync(json, `${JSON.stringify({ at, profile, seed, outcomes }, null, 2)}\n`);
}

async function* runAll(options: ChaosOptions, signal: AbortSignal): AsyncGenerator<ScenarioOutcome> {
  const { profile, seed } = options;
  const plans = plansOf(options);
  const startedAt = performance.now();
  let doing = '';
  const live = new LiveLine(terminal(), () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s · ${doing}`);
  try {
    for (const [at, { scenario, planted }] of plans.entries()) {
      const name = planted === null ? scenario.name : `${scenario.name} + ${planted}`;
      const onProgress = (what: string): void => {
        doing = `[${at + 1}/${plans.length}] ${name}: ${what}`;
      };
      const outcome = await runScenario({ scenario, profile, seed, planted, signal, onProgress });
      const [, , row = ''] = chaosLines([outcome]);
      live.print(row);
      yield outcome;
    }
  } finally {
    live.stop();
  }
}

function terminal(): ConstructorParameters<typeof LiveLine>[0] {
  const { stderr } = process;
  return { isTty: stderr.isTTY, columns: stderr.columns || 80, write: (text) => void stderr.write(text) };
}

function list({ scenarios }: ChaosOptions): number {
  const lines = scenarios.map(({ name, what, catches }) => {
    const bugs = catches.length === 0 ? '' : ` Catches ${catches.join(', ')}.`;
    return `${name}\n  ${what}.${bugs}`;
  });
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
