import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { contentDigest } from '@pitwall/contracts';
import type { Ending, LoadRecord } from './planned-load.js';

/** A line of the ledger: what is about to be sent, or which of it was acknowledged. Records are numbered from 0. */
type Line =
  | { readonly at: number; readonly digest: string; readonly label: true }
  | { readonly at: number; readonly digest: string; readonly endings: readonly Ending[] }
  | { readonly acknowledged: number };

/**
 * Writes down what is sent. A record is on disk (fdatasync) before it is sent, as *maybe*, and its acknowledgement before anything
 * else is done: what the file says was acknowledged was, whatever is killed. What is sent again after a refusal keeps its number.
 */
export class LedgerFile {
  readonly #file: number;
  #next = 0;

  constructor(file: string) {
    this.#file = openSync(file, 'wx');
  }

  /** Records that are about to be sent. @returns the number of the last one. */
  intend(records: readonly LoadRecord[]): number {
    this.#write(
      records.map((one): Line => {
        const digest = contentDigest(one.record.key, one.record.value);
        const at = this.#next;
        this.#next += 1;
        return one.kind === 'label' ? { at, digest, label: true } : { at, digest, endings: one.endings };
      }),
    );
    return this.#next - 1;
  }

  /** Everything up to this number is acknowledged. */
  acknowledge(upTo: number): void {
    this.#write([{ acknowledged: upTo }]);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(lines: readonly Line[]): void {
    writeSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    fdatasyncSync(this.#file);
  }
}

interface Entry {
  readonly endings: Set<Ending>;
  acknowledged: number;
}

/** Contents of one topic as the ledger has them. */
class Contents {
  readonly byDigest = new Map<string, Entry>();
  acknowledged = 0;

  add(digest: string, line: { readonly endings: readonly Ending[]; readonly isAcknowledged: boolean }): void {
    const entry = this.byDigest.get(digest) ?? { endings: new Set(), acknowledged: 0 };
    for (const ending of line.endings) entry.endings.add(ending);
    this.byDigest.set(digest, entry);
    if (!line.isAcknowledged) return;
    entry.acknowledged += 1;
    this.acknowledged += 1;
  }

  /** Acknowledged records that are not among those that stand on the topic. */
  missingFrom(digests: readonly string[]): number {
    const standing = new Map<string, number>();
    for (const digest of digests) standing.set(digest, (standing.get(digest) ?? 0) + 1);
    let missing = 0;
    for (const [digest, { acknowledged }] of this.byDigest)
      missing += Math.max(0, acknowledged - (standing.get(digest) ?? 0));
    return missing;
  }
}

/** What a ledger says, for the oracle. */
export interface Ledger {
  /** Acknowledged records, labels among them. */
  readonly records: number;
  readonly events: {
    isPoison(digest: string): boolean;
    missingFrom(digests: readonly string[]): number;
    endingsOf(digest: string): readonly Ending[] | undefined;
  };
  readonly feedback: {
    expectedOf(digest: string): string | null;
    missingFrom(digests: readonly string[]): number;
  };
}

/** Reads a ledger back from its file: only what is on disk counts. */
export function readLedger(file: string): Ledger {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const upTo = lines.reduce((most, line) => ('acknowledged' in line ? Math.max(most, line.acknowledged) : most), -1);
  const events = new Contents();
  const labels = new Contents();
  for (const line of lines) {
    if ('acknowledged' in line) continue;
    const endings = 'label' in line ? [] : line.endings;
    ('label' in line ? labels : events).add(line.digest, { endings, isAcknowledged: line.at <= upTo });
  }
  const endingsOf = (digest: string): readonly Ending[] | undefined => {
    const entry = events.byDigest.get(digest);
    return entry === undefined ? undefined : [...entry.endings];
  };
  return {
    records: events.acknowledged + labels.acknowledged,
    events: {
      isPoison: (digest) => !(endingsOf(digest)?.includes(null) ?? true),
      missingFrom: (digests) => events.missingFrom(digests),
      endingsOf,
    },
    feedback: {
      expectedOf: (digest) => (labels.byDigest.has(digest) ? 'joined' : null),
      missingFrom: (digests) => labels.missingFrom(digests),
    },
  };
}
