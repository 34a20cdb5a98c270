import type { SimTimers } from '@pitwall/simulation';

/** Runs `work` with the time-outs of the machine replaced by those of a simulation: sleeping services ask for no others. */
export async function withTimeoutsOf(timers: SimTimers, work: () => Promise<void>): Promise<void> {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const timeouts = {
    setTimeout: (callback: () => void, ms = 0) => timers.after(ms, callback),
    clearTimeout: (cancel: () => void) => cancel(),
  };
  Object.assign(globalThis, timeouts);
  try {
    await work();
  } finally {
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
}
