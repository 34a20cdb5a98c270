import type { Addressed, Settings } from '../connection/config.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output/output.js';

/** What every command works with. */
export interface CommandContext {
  readonly settings: Settings;
  readonly output: Output;
  readonly stdin: NodeJS.ReadableStream;
  /** The end is asked for: Ctrl-C, or nobody reads the output any more. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** An argument that is told by its place. */
export interface ArgumentSpec {
  /** In commander's syntax: `<required>`, `[optional]`, `<several...>`. */
  readonly syntax: string;
  readonly description: string;
}

/** An option of a command. */
export interface OptionSpec {
  /** In commander's syntax, e.g. `--limit <n>`. */
  readonly flags: string;
  readonly description: string;
  /** Throws commander's InvalidArgumentError on what it does not take. */
  readonly parse?: (text: string) => unknown;
}

/** Something to type, and what it does. */
export interface Example {
  /** What stands after `pitwall`. */
  readonly line: string;
  readonly says: string;
}

/** Under which heading the overview lists a command. */
export const COMMAND_GROUPS = ['Look:', 'Act:', 'Prepare:'] as const;

/** A command without what carries it out. */
export interface CommandOutline {
  /** The words after `pitwall`. */
  readonly path: readonly string[];
  readonly group: (typeof COMMAND_GROUPS)[number];
  /** One line for the overview. */
  readonly summary: string;
  /** What else is worth knowing, for the command's own help. */
  readonly details?: string;
  /** What must be there; each brings the option for its address. */
  readonly needs: readonly Addressed[];
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
}

/** What was typed: arguments in their order, options by name in camel case. */
export interface Given<Options> {
  readonly args: readonly string[];
  readonly options: Options;
}

/** One command of `pitwall`: one file and one line in the list. */
export interface CommandSpec extends CommandOutline {
  /** Says how it ended. Throws a CommandFailure where it cannot do what it was asked to. */
  readonly run: (context: CommandContext, given: Given<never>) => Promise<ExitCode>;
}

/** A command whose options have these types: what `options` declare and nothing else is in them. */
export function command<Options extends object>(
  spec: CommandOutline & { readonly run: (context: CommandContext, given: Given<Options>) => Promise<ExitCode> },
): CommandSpec {
  return spec;
}
