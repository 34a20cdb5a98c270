import type { Settings } from '../connection/config.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output/output.js';

/** What every command works with. */
export interface CommandContext {
  readonly settings: Settings;
  readonly output: Output;
  readonly stdin: NodeJS.ReadStream;
}

/** Carries a command out and says how it ended. Throws a CommandFailure where it cannot. */
export type CommandRun<Arguments> = (context: CommandContext, given: Arguments) => Promise<ExitCode>;
