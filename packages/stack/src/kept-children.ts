import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { STOP_ORDER, type ChildExit, type ChildSpec, type StopStep } from './child-spec.js';
import { capLog } from './log-file.js';
import { type ProcessIdentity, identityOf } from './process-identity.js';
import { recordOf, removeRecord, writeRecord } from './process-record.js';
import { sendSignal, stopProcess } from './stop-process.js';

interface Kept {
  readonly spec: ChildSpec;
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly ended: Promise<void>;
  isStopping: boolean;
}

/** The children of one keeper: starts them, writes who runs, tells who ended, stops them in order. */
export class KeptChildren {
  private readonly running = new Map<string, Kept>();
  private isClosed = false;

  constructor(
    private readonly runFolder: string,
    private readonly onExit: (exit: ChildExit) => void,
  ) {}

  /** Starts a child in a process group of its own. @returns its pid. */
  async start(spec: ChildSpec): Promise<number> {
    if (this.isClosed) throw new Error(`${spec.name} is not started: the stack is stopping.`);
    if (this.running.has(spec.name)) throw new Error(`${spec.name} is running already.`);
    capLog(spec.logFile);
    const log = openSync(spec.logFile, 'a');
    try {
      return await this.spawnChild(spec, log);
    } finally {
      closeSync(log);
    }
  }

  private spawnChild(spec: ChildSpec, log: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const child = spawn(spec.command, spec.args, {
        cwd: spec.cwd,
        env: { ...process.env, ...spec.env },
        detached: true,
        stdio: ['ignore', log, log],
        ...spec.user,
      });
      child.once('error', reject);
      child.once('spawn', () => {
        const pid = child.pid;
        if (pid === undefined) return reject(new Error(`${spec.name} has no pid.`));
        const ended = Promise.withResolvers<void>();
        const kept: Kept = { spec, pid, identity: identityOf(pid) ?? '', ended: ended.promise, isStopping: false };
        this.running.set(spec.name, kept);
        writeRecord(this.runFolder, recordOf(spec, kept));
        child.once('exit', (code, signal) => {
          this.forget(kept);
          ended.resolve();
          this.onExit({ name: spec.name, pid, code, signal, expected: kept.isStopping });
        });
        resolve(pid);
      });
    });
  }

  private forget(kept: Kept): void {
    this.running.delete(kept.spec.name);
    removeRecord(this.runFolder, kept.spec.name);
  }

  /** Sends a signal. @returns the pid, or null when the child does not run. */
  signal(name: string, signal: NodeJS.Signals): number | null {
    const kept = this.running.get(name);
    if (kept === undefined) return null;
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') kept.isStopping = true;
    return sendSignal(kept, signal) ? kept.pid : null;
  }

  /** Stops one child within its grace. @returns its pid, or null when it did not run. */
  async stop(name: string): Promise<number | null> {
    const kept = this.running.get(name);
    if (kept === undefined) return null;
    kept.isStopping = true;
    await stopProcess({ ...kept, ...kept.spec });
    await kept.ended;
    return kept.pid;
  }

  /** Stops all children, one step of the stop order after the other. Nothing can be started afterwards. */
  async stopAll(): Promise<void> {
    this.isClosed = true;
    for (const step of STOP_ORDER) await this.stopStep(step);
  }

  private async stopStep(step: StopStep): Promise<void> {
    const names = [...this.running.values()].filter((kept) => kept.spec.step === step).map((kept) => kept.spec.name);
    await Promise.all(names.map((name) => this.stop(name)));
  }

  /** Cuts logs that have grown over their limit. */
  capLogs(): void {
    for (const kept of this.running.values()) capLog(kept.spec.logFile);
  }
}
