import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseJsonObject } from './json-object.js';
import { type ProcessIdentity, identityOf, isRunning } from './process-identity.js';

/** Who uses a data folder. */
export interface Instance {
  /** Tells this start from every other. */
  readonly token: string;
  readonly pid: number;
  readonly identity: ProcessIdentity;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** What can be opened, by name. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Taking the lock either works or names the one who has it. */
export type LockOutcome =
  | { readonly taken: true; readonly instance: Instance }
  | { readonly taken: false; readonly holder: Instance };

const TAKE_OVER_ATTEMPTS = 5;

/** Reads a lock's text; null when it is torn or of another form, which counts as stale. */
export function parseInstance(text: string): Instance | null {
  const instance = parseJsonObject(text);
  if (instance === null) return null;
  const isComplete =
    typeof instance['token'] === 'string' &&
    typeof instance['identity'] === 'string' &&
    typeof instance['since'] === 'string' &&
    typeof instance['urls'] === 'object' &&
    instance['urls'] !== null &&
    Number.isSafeInteger(instance['pid']);
  return isComplete ? (instance as unknown as Instance) : null;
}

function readLock(lockFile: string): string | null {
  try {
    return readFileSync(lockFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Who uses the folder now, or null: no lock, or a stale one whose process is gone. */
export function holderOf(lockFile: string): Instance | null {
  const instance = parseInstance(readLock(lockFile) ?? '');
  return instance !== null && isRunning(instance.pid, instance.identity) ? instance : null;
}

/** Takes the lock for this process; a stale one is taken over. At most one of several callers at a time gets it. */
export function takeLock(lockFile: string): LockOutcome {
  const instance: Instance = {
    token: randomUUID(),
    pid: process.pid,
    identity: identityOf(process.pid) ?? '',
    since: new Date().toISOString(),
    urls: {},
  };
  const draft = `${lockFile}.${instance.token}`;
  writeFileSync(draft, JSON.stringify(instance));
  try {
    for (let attempt = 0; attempt < TAKE_OVER_ATTEMPTS; attempt += 1) {
      if (tryLink(draft, lockFile)) return { taken: true, instance };
      const text = readLock(lockFile);
      const holder = parseInstance(text ?? '');
      if (holder !== null && isRunning(holder.pid, holder.identity)) return { taken: false, holder };
      if (text !== null) moveAside(lockFile, text);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new Error(`The lock ${lockFile} changed hands ${TAKE_OVER_ATTEMPTS} times while it was taken. Try again.`);
}

/** A link appears whole or not at all, and never replaces: two callers cannot both succeed. */
function tryLink(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a stale lock, and only that: what another caller has put in its place meanwhile is put back. */
function moveAside(lockFile: string, staleText: string): void {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== staleText) tryLink(aside, lockFile);
  rmSync(aside, { force: true });
}

/** Writes what can be opened into our own lock, for the message that a second start gets. */
export function announceUrls(lockFile: string, instance: Instance): void {
  const draft = `${lockFile}.${instance.token}`;
  writeFileSync(draft, JSON.stringify(instance));
  renameSync(draft, lockFile);
}

/** Gives the folder free if the lock is still the one with this token. */
export function releaseLock(lockFile: string, token: string): void {
  if (parseInstance(readLock(lockFile) ?? '')?.token === token) rmSync(lockFile, { force: true });
}

/** The text a second start gets. */
export function describeInstance(instance: Instance): string {
  const urls = Object.entries(instance.urls).map(([name, url]) => `  ${name}: ${url}`);
  return [`pid ${instance.pid}, since ${instance.since}`, ...urls].join('\n');
}
