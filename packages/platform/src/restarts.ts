import type { ChildExit } from '@pitwall/stack';

/** A child that can be started again. */
export interface Restartable {
  start(): Promise<void>;
}

/** What the restarts work with. */
export interface RestartOptions {
  /** The child of a name, or undefined where it is not known. */
  readonly childOf: (name: string) => Restartable | undefined;
  readonly print: (line: string) => void;
  /** Called once, when a child ends again and again. */
  readonly onGivingUp: (name: string) => void;
  readonly monotonicMs: () => number;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;
/** A child that ran as long as this is taken for healthy: its next end counts as a first one. */
const HEALTHY_AFTER_MS = 60_000;
/** A service that dies of a record knows which one it is after seven deaths, and gives it up: nobody may give up before it, nor with the next record. */
const MAX_FAILURES_IN_A_ROW = 15;

interface Record {
  failures: number;
  atMs: number;
}

/** Starts children that end without being asked to, after 0.5 s, 1 s, 2 s and so on up to 10 s. */
export class Restarts {
  readonly #options: RestartOptions;
  readonly #records = new Map<string, Record>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  constructor(options: RestartOptions) {
    this.#options = options;
  }

  /** Hand every exit of a child to this. */
  exited(exit: ChildExit): void {
    if (exit.expected || this.#isStopped) return;
    const { print, onGivingUp } = this.#options;
    const failures = this.#count(exit.name);
    const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
    if (failures > MAX_FAILURES_IN_A_ROW) {
      this.stop();
      print(`${exit.name} ended ${how} for the ${failures}th time in a row.`);
      onGivingUp(exit.name);
      return;
    }
    const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
    print(`${exit.name} (pid ${exit.pid}) ended ${how}; it is started again in ${delayMs / 1000} s.`);
    this.#schedule(exit.name, delayMs);
  }

  /** No child is started any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #count(name: string): number {
    const now = this.#options.monotonicMs();
    const last = this.#records.get(name);
    const isFirst = last === undefined || now - last.atMs > HEALTHY_AFTER_MS;
    const record = { failures: isFirst ? 1 : last.failures + 1, atMs: now };
    this.#records.set(name, record);
    return record.failures;
  }

  #schedule(name: string, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#options
        .childOf(name)
        ?.start()
        .catch((error: unknown) => {
          this.#options.print(
            `${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`,
          );
          this.exited({ name, pid: 0, code: null, signal: null, expected: false });
        });
    }, delayMs);
    this.#timers.add(timer);
  }
}
