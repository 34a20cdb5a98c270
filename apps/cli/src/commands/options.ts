import { InvalidArgumentError } from 'commander';
import { printable } from '../output/words.js';
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

const MAX_SHOWN = 60;

/** Reads one of the given words, as it stands: none of them is too long to be listed. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const got = JSON.stringify(printable(text, MAX_SHOWN));
    throw new InvalidArgumentError(`Got ${got}, expected one of ${words.join(', ')}.`);
  };
}
