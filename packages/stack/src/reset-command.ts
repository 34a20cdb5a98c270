import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { PitwallError } from '@pitwall/contracts';
import { DEFAULT_HOME } from './home.js';
import { type ResetItem, planReset, resetHome } from './reset.js';

/** The text of `npm run reset -- --help`. */
const RESET_HELP = `Deletes everything that Pitwall keeps on this machine: Kafka's and PostgreSQL's data, logs, passwords, caches.

Usage: npm run reset [-- options]

  --yes            do not ask; needed without a terminal
  --data <folder>  the data folder; default: .pitwall in this clone
  --help           this text

Refuses while Pitwall runs.`;

/** How the command talks. */
export interface ResetIo {
  readonly print: (line: string) => void;
  /** Asks on the terminal; null when there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** Bytes for a person: `12.3 MB`, in steps of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** The terminal of this process. */
export function terminalIo(): ResetIo {
  const ask = async (question: string): Promise<string> => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
  return { print: (line) => console.error(line), ask: process.stdin.isTTY ? ask : null };
}

/**
 * The command `npm run reset`: lists what goes, asks, deletes.
 *
 * @returns the exit code: 0 done or nothing to do, 1 refused or declined, 2 wrong arguments.
 */
export async function resetCommand(args: readonly string[], io: ResetIo): Promise<number> {
  const options = readOptions(args, io);
  if (options === null) return 2;
  if (options.help) {
    io.print(RESET_HELP);
    return 0;
  }
  try {
    return await listAskDelete(options, io);
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
    io.print(error.message);
    return 1;
  }
}

interface ResetOptions {
  readonly help: boolean;
  readonly yes: boolean;
  readonly data: string;
}

function readOptions(args: readonly string[], io: ResetIo): ResetOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean' }, yes: { type: 'boolean' }, data: { type: 'string' } },
    });
    return { help: values.help ?? false, yes: values.yes ?? false, data: values.data ?? DEFAULT_HOME };
  } catch (error) {
    io.print(`${error instanceof Error ? error.message : String(error)}\n\n${RESET_HELP}`);
    return null;
  }
}

async function listAskDelete({ yes, data }: ResetOptions, io: ResetIo): Promise<number> {
  const items = planReset(data);
  if (items.length === 0) {
    io.print(`Nothing to delete: ${data} is not there or empty.`);
    return 0;
  }
  listItems(items, io);
  if (!yes && !(await isConfirmed(io))) return 1;
  await resetHome(data, io.print);
  io.print('Deleted.');
  return 0;
}

function listItems(items: readonly ResetItem[], io: ResetIo): void {
  io.print('This goes:');
  for (const { path, bytes } of items) io.print(`  ${formatBytes(bytes).padStart(10)}  ${path}`);
}

async function isConfirmed({ ask, print }: ResetIo): Promise<boolean> {
  if (ask === null) {
    print(
      'There is no terminal to ask on, so nothing was deleted. Run `npm run reset -- --yes` to delete without a question.',
    );
    return false;
  }
  const isYes = /^y(es)?$/i.test((await ask('Delete all of it? [y/N] ')).trim());
  if (!isYes) print('Nothing was deleted.');
  return isYes;
}
