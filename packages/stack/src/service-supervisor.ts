import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import { ChildControl } from './child-control.js';
import { CHILD_NAME } from './child-spec.js';
import type { Keeper } from './keeper-client.js';

const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 4_000;
const PROBE_TIMEOUT_MS = 1_000;

/** A program to run beside the stack. */
export interface ServiceSpec {
  /** Lower-case letters, digits and dashes; its log is `<home>/logs/<name>.log`. */
  readonly name: string;
  /** The program; absent: the Node that runs us. */
  readonly command?: string;
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absent: our own working directory. */
  readonly cwd?: string;
  /** Answers 200 when the service is ready, e.g. `http://127.0.0.1:4001/readyz`; absent: it is ready when it runs. */
  readonly readyUrl?: string;
  /** How long to wait for that, in milliseconds; default 60 s. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL; default 4 s. */
  readonly graceMs?: number;
}

/** Runs services as children of the stack's keeper: they are stopped first, also when we are killed. */
export class ServiceSupervisor {
  private readonly started = new Map<string, ChildControl>();

  constructor(
    private readonly keeper: Keeper,
    private readonly logFolder: string,
  ) {}

  /** The services that were started, by name. */
  get services(): ReadonlyMap<string, ChildControl> {
    return this.started;
  }

  /**
   * Starts a service and waits until it is ready.
   *
   * @throws PitwallError `child_failed` or `child_not_ready` with the last 20 lines of its log.
   */
  async start(spec: ServiceSpec): Promise<ChildControl> {
    const service = await this.launch(spec);
    await service.waitUntilReady();
    return service;
  }

  /** Starts a service and does not wait: several can start at once, then `waitUntilReady()` on each. */
  async launch(spec: ServiceSpec): Promise<ChildControl> {
    if (!CHILD_NAME.test(spec.name) || ['kafka', 'postgres', 'keeper'].includes(spec.name)) {
      throw new PitwallError(
        `Got ${JSON.stringify(spec.name)} as the name of a service; expected lower-case letters, digits and dashes, and not kafka, postgres or keeper.`,
        { code: 'service_name' },
      );
    }
    const service = new ChildControl(
      this.keeper,
      {
        name: spec.name,
        step: 'service',
        command: spec.command ?? process.execPath,
        args: spec.args,
        cwd: spec.cwd ?? process.cwd(),
        env: spec.env ?? {},
        logFile: join(this.logFolder, `${spec.name}.log`),
        stopSignal: 'SIGTERM',
        graceMs: spec.graceMs ?? STOP_GRACE_MS,
      },
      { probe: () => isReady(spec.readyUrl), timeoutMs: spec.readyTimeoutMs ?? READY_TIMEOUT_MS },
    );
    await service.start();
    this.started.set(spec.name, service);
    return service;
  }
}

async function isReady(url: string | undefined): Promise<boolean> {
  if (url === undefined) {
    // Long enough for a wrong path or a syntax error to end it.
    await sleep(PROBE_TIMEOUT_MS / 5);
    return true;
  }
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Refused, reset or too slow: not ready yet. Why it never gets ready is in its log.
    return false;
  }
}
