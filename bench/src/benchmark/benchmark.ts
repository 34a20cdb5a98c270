import { writeFileSync } from 'node:fs';
import { runCommand, say } from '../terminal/run-command.js';
import { parseBenchmarkOptions } from './options.js';
import { machineFacts, reportLines } from './report.js';
import { runBenchmark } from './run-benchmark.js';
import { outcomesOf } from './targets.js';

/** `npm run bench`: runs, prints the table on standard output and gives the exit code. */
export function benchmark(argv: readonly string[]): Promise<number> {
  return runCommand(parseBenchmarkOptions(argv), async (options, signal) => {
    const numbers = await runBenchmark({ options, signal, print: say });
    if (signal.aborted) return 1;
    const targets = outcomesOf(numbers);
    process.stdout.write(`${reportLines(numbers, targets).join('\n')}\n`);
    if (options.json !== null) {
      const report = { at: new Date().toISOString(), machine: machineFacts(), options, ...numbers, targets };
      writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    }
    return options.strict && targets.some(({ state }) => state === 'missed') ? 1 : 0;
  });
}
