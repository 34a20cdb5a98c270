import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHILD_NAME, STOP_ORDER, type ChildSpec, type StopStep } from './child-spec.js';
import { parseJsonObject } from './json-object.js';
import type { ProcessIdentity } from './process-identity.js';
import { stopProcess } from './stop-process.js';

/**
 * A running process as it is written to `run/<name>.json`: enough to find and stop it after the one who started it is gone.
 * The keeper itself has such a record under the name `keeper`.
 */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly step: StopStep | 'keeper';
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
}

const SUFFIX = '.child.json';

/** Reads one record from the text of its file; null when it is torn or of another form, and then there is nobody to stop. */
export function parseProcessRecord(text: string): ProcessRecord | null {
  const record = parseJsonObject(text);
  if (record === null) return null;
  const isComplete =
    isName(record['name']) &&
    isPid(record['pid']) &&
    isStep(record['step']) &&
    typeof record['identity'] === 'string' &&
    typeof record['stopSignal'] === 'string' &&
    typeof record['graceMs'] === 'number';
  return isComplete ? (record as unknown as ProcessRecord) : null;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && CHILD_NAME.test(value);
}

function isPid(value: unknown): boolean {
  // 0, 1 and negative numbers mean process groups, init or everybody to kill(2).
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 1;
}

function isStep(value: unknown): boolean {
  return value === 'keeper' || STOP_ORDER.some((step) => step === value);
}

function recordFile(runFolder: string, name: string): string {
  return join(runFolder, `${name}${SUFFIX}`);
}

/** The record of a child that was just started. */
export function recordOf(spec: ChildSpec, running: { pid: number; identity: ProcessIdentity }): ProcessRecord {
  return { name: spec.name, ...running, step: spec.step, stopSignal: spec.stopSignal, graceMs: spec.graceMs };
}

/** Writes a record whole: a reader sees the old file or the new one, never a part. */
export function writeRecord(runFolder: string, record: ProcessRecord): void {
  mkdirSync(runFolder, { recursive: true });
  const file = recordFile(runFolder, record.name);
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
}

/** Forgets a process that has ended. */
export function removeRecord(runFolder: string, name: string): void {
  rmSync(recordFile(runFolder, name), { force: true });
}

/** All records of a run folder; empty when the folder is not there. Torn files are left out. */
export function readRecords(runFolder: string): readonly ProcessRecord[] {
  let names: string[];
  try {
    names = readdirSync(runFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => parseProcessRecord(readFileSync(join(runFolder, name), 'utf8')) ?? []);
}

/**
 * Stops every recorded child that still runs, services first, PostgreSQL last, and forgets it.
 * A pid that belongs to another process meanwhile is not touched.
 */
export async function stopRecorded(runFolder: string, log: (line: string) => void): Promise<void> {
  const records = readRecords(runFolder);
  for (const step of STOP_ORDER) {
    const members = records.filter((record) => record.step === step);
    await Promise.all(
      members.map(async (record) => {
        const outcome = await stopProcess(record);
        removeRecord(runFolder, record.name);
        if (outcome !== 'not_running') log(`${record.name} (pid ${record.pid}) was left over: ${outcome}.`);
      }),
    );
  }
}
