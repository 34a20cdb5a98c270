import { setTimeout as sleep } from 'node:timers/promises';
import { holdTable } from '@pitwall/testing';
import type { Fault, FaultContext, Injection } from './fault.js';

/** Transactions that are about to write to a table stand still for a time, and all others go on: what may overtake what, does. */
export async function hold(
  { platform, timeline, signal }: FaultContext,
  { schema, table, forMs }: Extract<Fault, { kind: 'hold-table' }>,
): Promise<Injection> {
  const release = await holdTable(platform.stack.databaseUrl, { schema, table });
  timeline.note(`${schema}.${table} is held`);
  try {
    await sleep(forMs, undefined, { signal });
  } finally {
    await release();
  }
  const what = `no writes to ${schema}.${table} for ${forMs / 1000} s`;
  return { what, kills: 0, fromMs: performance.now(), violations: [] };
}
