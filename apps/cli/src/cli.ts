import { PitwallError } from '@pitwall/contracts';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { checkPipeline } from './commands/check-pipeline.js';
import type { CommandContext, CommandRun } from './commands/command.js';
import { decision } from './commands/decision.js';
import type { EventName } from './commands/find-decision.js';
import { provision } from './commands/provision.js';
import { publish } from './commands/publish.js';
import { trace } from './commands/trace.js';
import { type CommonFlags, Settings } from './connection/config.js';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.js';
import { outputOf } from './output/output.js';

/** The process around the command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const EPILOGUE = `
Addresses come from flags, from KAFKA_BROKERS, PITWALL_RESULTS_URL and PITWALL_TRACES_URL, or else from the demo that
\`npm start\` runs. Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found, 5 nobody answers.`;

/** Runs `pitwall` with the given arguments and gives the exit code. */
export async function cli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = programOf(terminal, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return codeOf(error, terminal);
  }
}

function codeOf(error: unknown, { stderr }: Terminal): ExitCode {
  // Commander has said what it has to say by itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandFailure) {
    stderr(`${error.message}\n`);
    return error.exitCode;
  }
  if (!(error instanceof PitwallError)) throw error;
  stderr(`${error.message}\n`);
  return EXIT.failed;
}

function programOf(terminal: Terminal, onEnd: (code: ExitCode) => void): Command {
  const program = new Command('pitwall')
    .description('Looks into a running Pitwall, and prepares one.')
    .addHelpText('after', EPILOGUE)
    .configureOutput({ writeOut: terminal.stdout, writeErr: terminal.stderr })
    .exitOverride();
  /** Hands the parsed arguments of a command on to what carries it out. */
  const runs =
    <Given>(run: CommandRun<Given>, givenOf: (args: readonly string[], flags: CommonFlags) => Given) =>
    async (...parsed: readonly unknown[]): Promise<void> => {
      const command = parsed.at(-1) as Command;
      const flags = command.optsWithGlobals<CommonFlags>();
      const output = outputOf(flags.json === true ? 'json' : 'text', terminal.stdout);
      const context: CommandContext = { settings: new Settings(flags, terminal.env), output, stdin: terminal.stdin };
      onEnd(await run(context, givenOf(command.args, flags)));
    };
  addLooking(program, runs);
  addPreparing(program, runs);
  return program;
}

type Runs = <Given>(
  run: CommandRun<Given>,
  givenOf: (args: readonly string[], flags: CommonFlags) => Given,
) => (...parsed: readonly unknown[]) => Promise<void>;

function addLooking(program: Command, runs: Runs): void {
  const eventOf = (
    [eventId = '']: readonly string[],
    flags: CommonFlags & { readonly source?: string },
  ): EventName => ({
    eventId,
    ...(flags.source === undefined ? {} : { source: flags.source }),
  });
  const looking = (name: string, description: string): Command =>
    common(program.command(name))
      .description(description)
      .argument('<eventId>')
      .option('--source <source>', 'source of the event, where several sources use the id')
      .option('--results-url <url>', 'base URL of the results service');
  looking('trace', 'The way that an event took through the services; a trace id does as well.')
    .option('--traces-url <url>', 'base URL of the trace receiver')
    .action(runs(trace, eventOf));
  looking('decision', 'What was decided of an event, by what and from what.').action(runs(decision, eventOf));
}

function addPreparing(program: Command, runs: Runs): void {
  const kafka = ['--kafka <host:port,…>', 'addresses of the brokers'] as const;
  common(program.command('publish'))
    .description('Publishes one event, as it is, from a JSON file or ("-") from standard input.')
    .argument('[file]', 'file with one event', '-')
    .option('--id <id>', 'event id (default: the field that the definition names)')
    .option(...kafka)
    .action(
      runs(publish, ([file = '-'], { id }: CommonFlags & { readonly id?: string }) => ({
        file,
        ...(id === undefined ? {} : { id }),
      })),
    );
  common(program.command('provision'))
    .description('Creates the topics that are missing and announces the champions. Never changes a topic.')
    .argument('<folder...>', 'pipeline folders')
    .option('--replication-factor <n>', 'replicas of new topics', wholeNumber)
    .option(...kafka)
    .action(
      runs(provision, (folders, flags: CommonFlags & { readonly replicationFactor?: number }) => ({
        folders,
        replicationFactor: flags.replicationFactor ?? -1,
      })),
    );
  common(program.command('pipeline').description('Work on pipeline definitions.').command('check'))
    .description(
      'Checks a pipeline definition as a whole and prints everything that is wrong with it. Needs no server.',
    )
    .argument('<folder>')
    .action(runs(checkPipeline, ([folder = '']) => ({ folder })));
}

/** The flags that every command has. */
function common(command: Command): Command {
  return command
    .option('--json', 'one JSON document on standard output')
    .option('--data <folder>', "the running demo's data folder (default: .pitwall)")
    .option('--pipeline <name>', "name of the pipeline (default: the demo's)");
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Got ${JSON.stringify(text)}, expected a whole number from 1.`);
}
