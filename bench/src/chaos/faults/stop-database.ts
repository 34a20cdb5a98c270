import { setTimeout as sleep } from 'node:timers/promises';
import { endOf } from './end-of.js';
import type { Fault, FaultContext, Injection } from './fault.js';

/** PostgreSQL's immediate shutdown (SIGQUIT): sessions are cut, nothing is flushed, the log is replayed at the next start. */
export async function stopDatabase(
  { platform, timeline, signal }: FaultContext,
  { downMs }: Extract<Fault, { kind: 'stop-database' }>,
): Promise<Injection> {
  const { postgres } = platform.stack;
  if (postgres === null) throw new Error('The database is not ours to stop.');
  await endOf(postgres, 'SIGQUIT');
  timeline.note('postgres stopped');
  await sleep(downMs, undefined, { signal });
  await postgres.start();
  await postgres.waitUntilReady();
  timeline.note('postgres is ready again');
  return { what: `stop postgres for ${downMs / 1000} s`, kills: 1, fromMs: performance.now(), violations: [] };
}
