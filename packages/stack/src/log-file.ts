import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** A log larger than this is moved to `<file>.1`, which replaces the one before: at most twice this much per child. */
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;

/** How many lines an error shows of a failed child's log. */
export const LAST_LINES = 20;

const TAIL_BYTES = 64 * 1024;

/**
 * Keeps a log below its limit. The writer has the file open for appending and goes on in the emptied file; lines written
 * between the copy and the cut are lost, which a log can bear.
 */
export function capLog(file: string, limitBytes: number = LOG_LIMIT_BYTES): void {
  if (!existsSync(file) || statSync(file).size <= limitBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file, 0);
}

/** The last lines of a text, without the empty ones; fewer when it has fewer. */
export function lastLines(text: string, count: number = LAST_LINES): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}

/** The last lines of a log file; empty when there is none. Reads at most its last 64 KiB. */
export function tailLog(file: string, count: number = LAST_LINES): readonly string[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, 'r');
  try {
    const size = fstatSync(descriptor).size;
    const length = Math.min(size, TAIL_BYTES);
    const bytes = Buffer.alloc(length);
    const read = readSync(descriptor, bytes, { position: size - length, length });
    return lastLines(bytes.toString('utf8', 0, read), count);
  } finally {
    closeSync(descriptor);
  }
}

/** The last lines as they are put under an error message, or a remark that the log is empty. */
export function describeTail(file: string): string {
  const lines = tailLog(file);
  if (lines.length === 0) return `Its log ${file} is empty.`;
  return [`The last ${lines.length} lines of ${file}:`, ...lines.map((line) => `  | ${line}`)].join('\n');
}
