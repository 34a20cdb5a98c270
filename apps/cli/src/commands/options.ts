import { InvalidArgumentError } from 'commander';
import type { OptionSpec } from './command.js';

/** Options that several commands have, worded once. */
export const OPTION = {
  pipeline: { flags: '--pipeline <name>', description: 'name of the pipeline (default: the first one that runs)' },
  definition: {
    flags: '--definition <folder>',
    description: "folder of the pipeline (default: the running demo's)",
  },
  source: { flags: '--source <source>', description: 'source of the event, where several sources use the id' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** See {@link OPTION}. */
export interface PipelineOption {
  readonly pipeline?: string;
}

/** Reads a whole number from `min` on, of at most nine digits. */
export function wholeNumberFrom(min: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= min) return Number(text);
    throw new InvalidArgumentError(`Got ${JSON.stringify(text)}, expected a whole number from ${min}.`);
  };
}
