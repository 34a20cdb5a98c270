import type { ServiceProgram } from '@pitwall/platform';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.js';
import { command, type CommandContext } from './command.js';

interface RecoverOptions {
  readonly json?: true;
  readonly apply?: true;
  readonly acceptGaps?: true;
  readonly migrate?: true;
  readonly pipelines?: string;
}

/** `pitwall recover`: makes the services fit to go on after PostgreSQL was restored to an earlier time. */
export const recover = command<RecoverOptions>({
  path: ['recover'],
  group: 'Prepare:',
  summary: 'After PostgreSQL was restored: imports what was published since, rewinds what was read.',
  details: `Says what it would do and changes nothing, unless it is given --apply. Kafka and PostgreSQL must run, and the services must not.
Without --database-url the Kafka and PostgreSQL of the data folder are started for as long as it takes.
Ends with 1 where something stands against it, and says what. All of it: docs/recover.md`,
  needs: ['kafka', 'database'],
  arguments: [],
  options: [
    { flags: '--apply', description: 'do it' },
    { flags: '--migrate', description: 'bring an older schema to this version first; --apply does so by itself' },
    { flags: '--accept-gaps', description: 'go on although records are gone that would have to be read again' },
    { flags: '--pipelines <folder,…>', description: "pipeline folders (PITWALL_PIPELINES; default: the demo's)" },
  ],
  examples: [
    { line: 'recover', says: 'which groups go back by how many records, and what is imported' },
    { line: 'recover --apply', says: 'do it' },
    { line: 'recover --json', says: 'for a program: one report per service' },
  ],
  run: async (context, { options }) => {
    // Kafka, PostgreSQL and what starts them are nothing that the other commands have to load.
    const [{ recoveryPrograms }, { openServers }] = await Promise.all([
      import('@pitwall/platform'),
      import('../recovery/servers.js'),
    ]);
    const servers = await openServers(context);
    try {
      const pipelineFolders = foldersOf(context, options);
      const programs = recoveryPrograms({ ...servers, pipelineFolders });
      return await runAll(context, programs, flagsOf(options));
    } finally {
      await servers.close();
    }
  },
});

function foldersOf({ settings }: CommandContext, { pipelines }: RecoverOptions): readonly string[] {
  const folders = pipelines === undefined ? settings.pipelineFolders() : pipelines.split(',');
  if (folders.length > 0) return folders;
  throw new CommandFailure('Which pipelines are meant is not known; give --pipelines <folder,…>.', EXIT.usage);
}

function flagsOf({ apply, acceptGaps, migrate, json }: RecoverOptions): string[] {
  return [
    ...(apply === true ? ['--apply'] : []),
    ...(migrate === true ? ['--migrate'] : []),
    ...(acceptGaps === true ? ['--accept-gaps'] : []),
    ...(json === true ? ['--json'] : []),
  ];
}

/** One after another: a person reads what they say. */
async function runAll(
  { output, signal }: CommandContext,
  programs: readonly ServiceProgram[],
  flags: readonly string[],
): Promise<ExitCode> {
  const reports: unknown[] = [];
  let first: ExitCode = EXIT.ok;
  const { runProgram } = await import('@pitwall/platform');
  for (const program of programs) {
    const { exitCode, stdout, stderr } = await runProgram(program, flags, signal);
    if (signal.aborted) return EXIT.interrupted;
    if (stderr !== '') output.note(stderr.trimEnd());
    if (flags.includes('--json') && stdout !== '') reports.push(JSON.parse(stdout));
    output.line(stdout);
    if (first === EXIT.ok) first = codeOf(exitCode);
  }
  output.json(reports);
  return first;
}

/** The programs end with our codes. */
function codeOf(exitCode: number | null): ExitCode {
  return Object.values(EXIT).find((code) => code === exitCode) ?? EXIT.failed;
}
