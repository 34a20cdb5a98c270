import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '@pitwall/contracts';
import { z } from 'zod';

const progressSchema = z.object({
  pipeline: z.string(),
  seed: z.int(),
  /** Event time at which the replay began: flights before it were not sent, and labels of them are not either. */
  from: z.iso.datetime(),
  /** The lines of the flights and of the labels to go on with: everything before them is acknowledged. */
  next: z.object({ flight: z.int().min(0), label: z.int().min(0) }),
  /** What the clock of the replay showed when the last acknowledged record was due. */
  eventTime: z.iso.datetime(),
});

/** How far a replay into this data folder has come. */
export type ReplayProgress = z.infer<typeof progressSchema>;

const fileIn = (home: string): string => join(home, 'replay.json');

/**
 * Written after every acknowledged batch, whole or not at all. Killed between the acknowledgement and this, the replay sends
 * that batch again: copies, never a gap.
 */
export function writeProgress(home: string, progress: ReplayProgress): void {
  const file = fileIn(home);
  writeFileSync(`${file}.new`, `${JSON.stringify(progress)}\n`);
  renameSync(`${file}.new`, file);
}

/** Null where nothing was replayed yet. Throws `invalid_progress` where the file is not ours. */
export function readProgress(home: string): ReplayProgress | null {
  const file = fileIn(home);
  try {
    return progressSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PitwallError(
      `${file} does not say how far the replay came. Delete it to begin at the start of the replay.`,
      {
        code: 'invalid_progress',
        cause: error,
      },
    );
  }
}
