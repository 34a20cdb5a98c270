import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identityOf, type Ports } from '../src/index.js';

const PROGRAM = fileURLToPath(new URL('run-stack.mjs', import.meta.url));
const WAIT_MS = 30_000;

/** A stack that another process runs, so that the process can be killed. */
export interface StackProcess {
  readonly parent: ChildProcess;
  readonly pids: Readonly<Record<'keeper' | 'service' | 'kafka' | 'postgres', number>>;
  readonly ports: Ports;
  /** What it has logged so far. */
  readonly log: readonly string[];
}

/** A path for a data folder that is not there yet. Delete its parent afterwards. */
export function newHome(): string {
  const parent = mkdtempSync(join(tmpdir(), 'pitwall-spec-'));
  // PostgreSQL passes through as nobody when the tests run as root.
  chmodSync(parent, 0o711);
  return join(parent, 'home');
}

/** Starts `run-stack.mjs` and waits until it says that all runs. */
export async function runStack(home: string): Promise<StackProcess> {
  const parent = spawn(process.execPath, [PROGRAM, home], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  createInterface(parent.stderr).on('line', (line) => log.push(line));
  const said = once(createInterface(parent.stdout), 'line') as Promise<[string]>;
  const ended = once(parent, 'exit').then(([code]) => {
    throw new Error(`run-stack.mjs ended with code ${String(code)}: ${log.join('\n')}`);
  });
  const [line] = await Promise.race([said, ended]);
  ended.catch(() => undefined);
  const { ports, ...pids } = JSON.parse(line) as StackProcess['pids'] & { ports: Ports };
  return { parent, pids, ports, log };
}

/** Waits until none of the processes runs any more; says which still do after 30 s. */
export async function allGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const left = pids.filter((pid) => identityOf(pid) !== null);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`Still running after ${WAIT_MS} ms: ${left.join(', ')}`);
    await sleep(50);
  }
}

/** The names of the children in the order in which the keeper noted their end. */
export function endsNoted(home: string): readonly string[] {
  const log = readFileSync(join(home, 'logs', 'keeper.log'), 'utf8');
  return [...log.matchAll(/: ([a-z-]+) \(pid \d+\) ended/g)].map((match) => match[1] ?? '');
}
