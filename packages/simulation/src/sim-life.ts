import type { SimLoop } from './sim-loop.js';

/** The life of one process. From the moment that it is killed, nothing that it waits for ever comes. */
export class SimLife {
  private readonly end = new AbortController();
  private readonly expulsion = new AbortController();
  private frozen: PromiseWithResolvers<void> | null = null;

  constructor(
    private readonly loop: SimLoop,
    /** For the report of a seed that fails. */
    readonly name: string,
  ) {}

  get isAlive(): boolean {
    return !this.end.signal.aborted;
  }

  /** Aborted when it is over. */
  get killed(): AbortSignal {
    return this.end.signal;
  }

  /** Aborted when it has been still for longer than its sessions last: what it held is others' now. */
  get expelled(): AbortSignal {
    return this.expulsion.signal;
  }

  /** As by SIGSTOP, for longer than the session timeout. */
  freeze(): void {
    this.frozen ??= Promise.withResolvers();
    this.expulsion.abort();
  }

  /** As by SIGCONT: it goes on with what it had in mind. */
  thaw(): void {
    this.frozen?.resolve();
    this.frozen = null;
  }

  /** As by kill -9. */
  kill(): void {
    this.end.abort();
  }

  /** Something takes time in this process; if it is killed meanwhile, this never resolves. */
  async turn(what: string): Promise<void> {
    await this.loop.turn(`${this.name}: ${what}`);
    await this.frozen?.promise;
    if (!this.isAlive) await silence();
  }
}

/** What a process that was killed is answered. */
export function silence(): Promise<never> {
  return new Promise(() => undefined);
}
