import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { Command } from 'commander';
import { parseArguments } from '../terminal/arguments.js';
import { runCommand } from '../terminal/run-command.js';
import { documentWith, DOCUMENTS, readRuns, RUNS_FILE } from './documents.js';
import { addRuns, readReport } from './kept-runs.js';
import { scoreboardSentence } from './scoreboard.js';

/** `npm run scoreboard`: adds the reports of fault runs to those that are kept, and writes the tables of the documentation. */
const command = new Command('npm run scoreboard --')
  .description(
    'Adds fault runs to the kept ones, and writes the tables in docs/reliability.md and the sentence in README.md.',
  )
  .argument('[reports...]', 'what `npm run chaos -- --json <file>` wrote');

process.exitCode = await runCommand(
  parseArguments(command, argv.slice(2), () => command.args),
  (reports) => {
    const runs = addRuns(
      readRuns(),
      reports.map((file) => readReport(readFileSync(file, 'utf8'), file)),
    );
    writeFileSync(RUNS_FILE, `${JSON.stringify(runs, null, 2)}\n`);
    for (const document of DOCUMENTS) writeFileSync(document.file, documentWith(document, runs));
    process.stdout.write(`${scoreboardSentence(runs)}\n`);
    return Promise.resolve(0);
  },
);
