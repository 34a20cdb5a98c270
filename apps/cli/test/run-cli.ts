import { Readable } from 'node:stream';
import { cli } from '../src/cli.js';

/** What a command did. */
export interface Run {
  code: number;
  out: string;
  err: string;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Told what has been written so far, with every piece. */
  readonly onOut?: (out: string) => void;
}

/** Runs `pitwall` in this process. */
export async function runCli(argv: readonly string[], given: Surroundings = {}): Promise<Run> {
  const seen: Run = { code: 0, out: '', err: '' };
  seen.code = await cli(argv, {
    env: given.env ?? {},
    stdin: Readable.from([given.stdin ?? '']) as NodeJS.ReadableStream,
    stdout: (text) => {
      seen.out += text;
      given.onOut?.(seen.out);
    },
    stderr: (text) => {
      seen.err += text;
    },
    isWatched: false,
    signal: given.signal ?? new AbortController().signal,
    now: () => new Date(),
  });
  return seen;
}

/** The documents of an NDJSON output. */
export function documentsOf({ out }: Run): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
