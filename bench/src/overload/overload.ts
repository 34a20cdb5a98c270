import { writeFileSync } from 'node:fs';
import { runCommand, say } from '../terminal/run-command.js';
import { demandsOn } from './demands.js';
import { parseOverloadOptions } from './options.js';
import { overloadLines } from './report.js';
import { runOverload } from './run-overload.js';

/** `npm run overload`: runs, prints what held on standard output and gives the exit code. */
export function overload(argv: readonly string[]): Promise<number> {
  return runCommand(parseOverloadOptions(argv), async (options, signal) => {
    const numbers = await runOverload({ options, signal, print: say });
    const demands = demandsOn(numbers);
    process.stdout.write(`${overloadLines(numbers, demands).join('\n')}\n`);
    if (options.json !== null) {
      const report = { at: new Date().toISOString(), options, ...numbers, demands };
      writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    }
    return demands.every(({ holds }) => holds) ? 0 : 1;
  });
}
