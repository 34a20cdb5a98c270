import { messageOf } from '../error-facts.js';

/**
 * Throws or rejects, with the reason in one sentence, while the service cannot do its work. What it returns otherwise is shown
 * in `/readyz`: plain facts, e.g. which model answers.
 */
export type HealthCheck = () => Promise<object | void> | object | void;

/** What one check says. */
export type CheckResult =
  | { readonly status: 'up'; readonly facts?: object }
  | { readonly status: 'down'; readonly reason: string };

/** What `/readyz` answers. */
export interface HealthReport {
  readonly status: 'ready' | 'not_ready';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** A check that has not answered by then counts as down; below the second that `/readyz` may take. */
const CHECK_LIMIT_MS = 800;

interface Registered {
  readonly check: HealthCheck;
  /** A run that has not come back yet: it is not started twice. */
  running: Promise<CheckResult> | null;
}

/** Everything that must hold for a service to be ready. Injected as `HEALTH`; modules register what they know of. */
export class HealthRegistry {
  private readonly checks = new Map<string, Registered>();
  private drainReason: string | null = null;

  /** Adds a check under a name of its own; a second one of the same name takes its place. Returns what takes it away. */
  register(name: string, check: HealthCheck): () => void {
    const registered: Registered = { check, running: null };
    this.checks.set(name, registered);
    return () => {
      if (this.checks.get(name) === registered) this.checks.delete(name);
    };
  }

  /** From now on the service is not ready, whatever its checks say. */
  drain(reason: string): void {
    this.drainReason = reason;
  }

  /** Runs all checks side by side, each for at most 800 ms. Never rejects. */
  async report(): Promise<HealthReport> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, registered]) => [name, await resultOf(registered)] as const),
    );
    if (this.drainReason !== null) results.push(['shutdown', { status: 'down', reason: this.drainReason }]);
    const isReady = results.every(([, result]) => result.status === 'up');
    return { status: isReady ? 'ready' : 'not_ready', checks: Object.fromEntries(results) };
  }
}

async function resultOf(registered: Registered): Promise<CheckResult> {
  registered.running ??= runCheck(registered.check).finally(() => {
    registered.running = null;
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(
      () => resolve({ status: 'down', reason: `no answer within ${CHECK_LIMIT_MS} ms` }),
      CHECK_LIMIT_MS,
    );
  });
  try {
    return await Promise.race([registered.running, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function runCheck(check: HealthCheck): Promise<CheckResult> {
  try {
    const facts = await check();
    return { status: 'up', ...(typeof facts === 'object' ? { facts } : {}) };
  } catch (error) {
    return { status: 'down', reason: messageOf(error) };
  }
}
