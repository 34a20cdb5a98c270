import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PitwallError } from '@pitwall/contracts';
import type { ChildExit, ChildSpec } from './child-spec.js';
import type { KeeperAnswer, KeeperConfig, KeeperMessage, KeeperRequest, NumberedRequest } from './keeper-protocol.js';
import { describeTail } from './log-file.js';

// Always the compiled one, also when the tests run this file from the sources: it is run by plain Node.
const KEEPER_PROGRAM = fileURLToPath(new URL('../dist/keeper.js', import.meta.url));

interface Pending {
  readonly resolve: (pid: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** Our end of the channel to a keeper process. See `keeper.ts` for what it does when we are gone. */
export class Keeper {
  private readonly pending = new Map<number, Pending>();
  private readonly exitListeners = new Set<(exit: ChildExit) => void>();
  private lastNumber = 0;
  private gone: Error | null = null;
  private isEnding = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {
    child.on('message', (message) => this.receive(message as KeeperMessage));
    child.once('exit', (code, signal) => this.fail(`The keeper ended (code ${code}, signal ${signal}).`));
    child.once('error', (error) => this.fail(`The keeper could not be started: ${error.message}.`));
    this.letGo();
  }

  /**
   * Starts a keeper in a session of its own, so that a Ctrl-C in our terminal does not reach it.
   *
   * @throws PitwallError `not_built` when packages/stack has not been compiled.
   */
  static start(config: KeeperConfig, logFile: string): Keeper {
    if (!existsSync(KEEPER_PROGRAM)) {
      throw new PitwallError(`${KEEPER_PROGRAM} is not there. Run \`npm run build\` first.`, { code: 'not_built' });
    }
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(process.execPath, [KEEPER_PROGRAM, JSON.stringify(config)], {
        detached: true,
        cwd: '/',
        stdio: ['ignore', log, log, 'ipc'],
      });
      return new Keeper(child, logFile);
    } finally {
      closeSync(log);
    }
  }

  /** Pid of the keeper process, for tests that kill it. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** False from the moment on that the keeper process has ended. */
  get isAlive(): boolean {
    return this.gone === null;
  }

  /** Calls back for every child that ends, whoever ended it. @returns a function that stops that. */
  onExit(listener: (exit: ChildExit) => void): () => void {
    this.exitListeners.add(listener);
    return () => this.exitListeners.delete(listener);
  }

  /** Calls back with a line for the log when the keeper ends without being asked to: it was killed. */
  onLost(listener: (line: string) => void): void {
    this.child.once('exit', () => {
      if (this.isEnding) return;
      listener(
        `The keeper (pid ${this.child.pid}) was killed. Its children go on; they are stopped at the end, or by the next start in this folder.`,
      );
    });
  }

  /** Starts a child. @returns its pid. @throws PitwallError `child_not_started` with the operating system's reason. */
  async start(spec: ChildSpec): Promise<number> {
    const pid = await this.ask({ kind: 'start', spec });
    if (pid === null) throw new PitwallError(`${spec.name} got no pid.`, { code: 'child_not_started' });
    return pid;
  }

  /** Sends a signal to a child. @returns its pid, or null when it did not run. */
  signal(name: string, signal: NodeJS.Signals): Promise<number | null> {
    return this.ask({ kind: 'signal', name, signal });
  }

  /** Stops a child within its grace and waits for its end. @returns its pid, or null when it did not run. */
  stop(name: string): Promise<number | null> {
    return this.ask({ kind: 'stop', name });
  }

  /** Stops all children in order and ends the keeper. */
  async stopAll(): Promise<void> {
    this.isEnding = true;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    await this.ask({ kind: 'stop_all' });
    this.child.ref();
    await ended;
  }

  private ask(request: KeeperRequest): Promise<number | null> {
    if (this.gone !== null) return Promise.reject(this.gone);
    this.lastNumber += 1;
    const number = this.lastNumber;
    return new Promise((resolve, reject) => {
      this.pending.set(number, { resolve, reject });
      this.hold();
      this.child.send({ number, request } satisfies NumberedRequest);
    });
  }

  private receive(message: KeeperMessage): void {
    switch (message.kind) {
      case 'exited':
        for (const listener of this.exitListeners) listener(message.exit);
        return;
      case 'answer':
        this.settle(message.number, message.answer);
        return;
      default:
        message satisfies never;
    }
  }

  private settle(number: number, answer: KeeperAnswer): void {
    const pending = this.pending.get(number);
    this.pending.delete(number);
    if (this.pending.size === 0) this.letGo();
    if ('error' in answer) pending?.reject(new PitwallError(answer.error, { code: 'child_not_started' }));
    else pending?.resolve(answer.pid);
  }

  private fail(reason: string): void {
    if (this.gone !== null) return;
    this.gone = new PitwallError(`${reason} ${describeTail(this.logFile)}`, { code: 'keeper_gone' });
    for (const { reject } of this.pending.values()) reject(this.gone);
    this.pending.clear();
  }

  /** While an answer is awaited, the channel keeps our event loop alive; otherwise it must not. */
  private hold(): void {
    this.child.channel?.ref();
  }

  private letGo(): void {
    this.child.unref();
    this.child.channel?.unref();
  }
}
