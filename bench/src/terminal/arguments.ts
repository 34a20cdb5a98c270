import { type Command, CommanderError, InvalidArgumentError } from 'commander';

/** What there is to do: run, or only print and end. */
export type ParsedArguments<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'end'; readonly exitCode: number; readonly text: string };

const USAGE_ERROR = 2;

/** Reads arguments by a command; help and mistakes become text and an exit code. */
export function parseArguments<Options>(
  command: Command,
  argv: readonly string[],
  optionsOf: (flags: Record<string, unknown>) => Options,
): ParsedArguments<Options> {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), writeErr: (part) => (text += part) }).exitOverride();
  try {
    command.parse(argv, { from: 'user' });
    return { kind: 'run', options: optionsOf(command.opts()) };
  } catch (error) {
    if (error instanceof InvalidArgumentError)
      return { kind: 'end', exitCode: USAGE_ERROR, text: `${error.message}\n` };
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'end', exitCode: error.exitCode === 0 ? 0 : USAGE_ERROR, text };
  }
}

/** Reads a whole number that is not below `least`. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`Got ${JSON.stringify(text)}, expected a whole number from ${least}.`);
  };
}
