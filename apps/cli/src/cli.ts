import { PitwallError } from '@pitwall/contracts';
import { type Argument, Command, CommanderError, Option } from 'commander';
import { COMMAND_GROUPS, type CommandContext, type CommandSpec, type Given } from './commands/command.js';
import { COMMANDS } from './commands/index.js';
import { ADDRESSES, type ConnectionFlags, Settings } from './connection/config.js';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.js';
import { outputOf } from './output/output.js';

/** The process around the command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Standard error is a terminal. */
  readonly isWatched: boolean;
  /** The end is asked for. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

const HELP_WIDTH = 110;

const DESCRIPTION = `Looks into a running Pitwall, gives it something to do, and prepares one.

In a clone of the repository: npm run -s pitwall -- <command> …`;

const EPILOGUE = `
Where things are:
  A flag wins over its variable, and that over what the demo of \`npm start\` has written into its data folder.
  With the demo running, no address is needed. The variables:
  ${Object.values(ADDRESSES)
    .map(({ variable }) => variable)
    .join(' ')}

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found, 5 nobody answers.
Every command takes --json (for programs) and --help (with examples). All of it: docs/cli.md
`;

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

function codeOf(error: unknown, { stderr, signal }: Terminal): ExitCode {
  // Commander has said what it has to say by itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (signal.aborted) return EXIT.interrupted;
  if (error instanceof CommandFailure) {
    stderr(`${error.message}\n`);
    return error.exitCode;
  }
  if (!(error instanceof PitwallError)) throw error;
  stderr(`${error.message}\n`);
  return error.retriable ? EXIT.unreachable : EXIT.failed;
}

type OnEnd = (code: ExitCode) => void;

function programOf(terminal: Terminal, onEnd: OnEnd): Command {
  const program = quiet(new Command('pitwall'), terminal).description(DESCRIPTION).addHelpText('after', EPILOGUE);
  const byGroup = COMMAND_GROUPS.flatMap((group) => COMMANDS.filter((spec) => spec.group === group));
  for (const spec of byGroup) add(spec, { to: program, terminal, onEnd });
  return program;
}

/** Ends by throwing, and writes where it is told to; what is made below it inherits that. */
function quiet(program: Command, { stdout, stderr }: Terminal): Command {
  return program
    .configureOutput({
      writeOut: stdout,
      writeErr: stderr,
      // The same everywhere, so that the documents can show it.
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .configureHelp({ visibleCommands: leavesOf, subcommandTerm: termOf })
    .showHelpAfterError('(--help says what there is)')
    .helpCommand(false)
    .exitOverride();
}

/** The commands that do something: a family is not one. */
function leavesOf({ commands }: Command): Command[] {
  return commands.flatMap((command) => (command.commands.length === 0 ? [command] : leavesOf(command)));
}

/** A command with its family and its arguments, as it is typed. */
function termOf(command: Command): string {
  const family = command.parent?.parent == null ? '' : `${command.parent.name()} `;
  const given = command.registeredArguments.map((argument) => argumentTerm(argument));
  return [`${family}${command.name()}`, ...given].join(' ');
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

interface Place {
  readonly to: Command;
  readonly terminal: Terminal;
  readonly onEnd: OnEnd;
}

function add(spec: CommandSpec, { to, terminal, onEnd }: Place): void {
  const parent = spec.path.slice(0, -1).reduce((above, word) => familyOf(above, word, spec.group), to);
  const command = parent.command(spec.path.at(-1) ?? '').helpGroup(spec.group);
  command.summary(spec.summary).description([spec.summary, spec.details ?? []].flat().join('\n'));
  for (const { syntax, description } of spec.arguments) command.argument(syntax, description);
  addOptions(command, spec);
  command.addHelpText('after', examplesOf(spec));
  command.action(async () => {
    const options: ConnectionFlags & { readonly json?: true } = command.opts();
    onEnd(await run(spec, contextOf(options, terminal), { args: command.args, options: options as never }));
  });
}

function addOptions(command: Command, { options, needs }: CommandSpec): void {
  for (const { flags, description, parse } of options) {
    if (parse === undefined) command.option(flags, description);
    else command.option(flags, description, (text: string) => parse(text));
  }
  command.option('--json', 'JSON on standard output and nothing else');
  const data = new Option('--data <folder>', "the running demo's data folder (default: .pitwall)");
  // Scripts may give it to every command alike.
  if (needs.length === 0) return void command.addOption(data.hideHelp());
  command.optionsGroup('Where things are:');
  for (const name of needs)
    command.option(ADDRESSES[name].option, `${ADDRESSES[name].what} (${ADDRESSES[name].variable})`);
  command.addOption(data);
}

/** The command of which others are parts: `pipeline` of `pipeline check`. */
function familyOf(above: Command, word: string, group: string): Command {
  const known = above.commands.find((command) => command.name() === word);
  return known ?? above.command(word).helpGroup(group);
}

function examplesOf({ examples }: CommandSpec): string {
  const lines = examples.flatMap(({ line, says }) => [`  # ${says}`, `  pitwall ${line}`]);
  return `\nExamples:\n${lines.join('\n')}\n`;
}

function run(spec: CommandSpec, context: CommandContext, given: Given<never>): Promise<ExitCode> {
  return spec.run(context, given);
}

function contextOf(options: ConnectionFlags & { readonly json?: true }, terminal: Terminal): CommandContext {
  const { env, stdin, stdout, stderr, isWatched, signal, now } = terminal;
  const output = outputOf(options.json === true ? 'json' : 'text', { stdout, stderr, isWatched });
  return { settings: new Settings(options, env), output, stdin, signal, now };
}
