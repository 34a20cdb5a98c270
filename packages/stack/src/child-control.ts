import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { ChildExit, ChildSpec } from './child-spec.js';
import type { Keeper } from './keeper-client.js';
import { describeTail, tailLog } from './log-file.js';

const PROBE_EVERY_MS = 25;
const START_AGAIN_AFTER_MS = 200;
const REASON_LINES = 2;

/** How to tell that a child is ready. */
export interface Readiness {
  /** Asks the child itself; false, never a throw, while it is not ready. Takes at most a second. */
  readonly probe: () => Promise<boolean>;
  readonly timeoutMs: number;
  /**
   * Whether a child that has ended by itself may be started again at once, by the last lines of its log: what stopped it goes
   * away by itself. Absent: never.
   */
  readonly isPassing?: (lastLogLines: readonly string[]) => boolean;
}

/** One child process of the stack: broker, database or service. */
export class ChildControl {
  private currentPid: number | null = null;
  private lastExit: ChildExit | null = null;

  constructor(
    private readonly keeper: Keeper,
    private readonly spec: ChildSpec,
    private readonly readiness: Readiness,
  ) {
    keeper.onExit((exit) => {
      if (exit.name !== spec.name) return;
      this.lastExit = exit;
      if (exit.pid === this.currentPid) this.currentPid = null;
    });
  }

  /** Its name: `kafka`, `postgres`, or the service's. */
  get name(): string {
    return this.spec.name;
  }

  /** Pid of the running process; null when it does not run. */
  get pid(): number | null {
    return this.currentPid;
  }

  /** Where its output goes. */
  get logFile(): string {
    return this.spec.logFile;
  }

  /** Starts it; does not wait until it is ready. @throws PitwallError `child_not_started`. */
  async start(): Promise<void> {
    this.lastExit = null;
    const pid = await this.keeper.start(this.spec);
    // It may have ended before we heard that it started.
    this.currentPid = this.lastExit === null ? pid : null;
  }

  /** Sends a signal. @returns false when it does not run. */
  async kill(signal: NodeJS.Signals): Promise<boolean> {
    return (await this.keeper.signal(this.spec.name, signal)) !== null;
  }

  /** Stops it cleanly, by SIGKILL after its grace, and waits for its end. */
  async stop(): Promise<void> {
    await this.keeper.stop(this.spec.name);
  }

  /** Stops it if it runs, starts it again on the same data and the same port, and waits until it is ready. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
    await this.waitUntilReady();
  }

  /**
   * Waits until it answers.
   *
   * @throws PitwallError `child_failed` when it ends first, `child_not_ready` after the time-out; both show the end of its log.
   */
  async waitUntilReady(): Promise<void> {
    const deadline = performance.now() + this.readiness.timeoutMs;
    for (;;) {
      if (this.currentPid === null) await this.startAgain(deadline);
      if (await this.readiness.probe()) return;
      if (performance.now() >= deadline) throw this.notReady();
      await sleep(PROBE_EVERY_MS);
    }
  }

  /** Of a child that has ended: starts it again where the reason goes away by itself, else throws. */
  private async startAgain(deadline: number): Promise<void> {
    const isPassing = this.readiness.isPassing?.(tailLog(this.spec.logFile, REASON_LINES)) ?? false;
    if (this.lastExit === null || this.lastExit.expected || !isPassing || performance.now() >= deadline)
      throw this.failed();
    await sleep(START_AGAIN_AFTER_MS);
    await this.start();
  }

  private failed(): PitwallError {
    const exit = this.lastExit;
    const how = exit === null ? 'is not running' : `ended (code ${exit.code}, signal ${exit.signal})`;
    return new PitwallError(`${this.spec.name} ${how} before it was ready. ${describeTail(this.spec.logFile)}`, {
      code: 'child_failed',
      details: { child: this.spec.name, code: exit?.code ?? null, signal: exit?.signal ?? null },
    });
  }

  private notReady(): PitwallError {
    return new PitwallError(
      `${this.spec.name} (pid ${this.currentPid}) did not answer within ${this.readiness.timeoutMs} ms. ${describeTail(this.spec.logFile)}`,
      { code: 'child_not_ready', retriable: true, details: { child: this.spec.name } },
    );
  }
}
