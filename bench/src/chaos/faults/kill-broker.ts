import { setTimeout as sleep } from 'node:timers/promises';
import { endOf } from './end-of.js';
import type { Fault, FaultContext, Injection } from './fault.js';

/** `kill -9` of the broker, and a start on the same data. */
export async function killBroker(
  { platform, timeline, signal }: FaultContext,
  { downMs }: Extract<Fault, { kind: 'kill-broker' }>,
): Promise<Injection> {
  const { kafka } = platform.stack;
  if (kafka === null) throw new Error('The broker is not ours to kill.');
  await endOf(kafka, 'SIGKILL');
  timeline.note('kafka killed');
  await sleep(downMs, undefined, { signal });
  await kafka.start();
  await kafka.waitUntilReady();
  timeline.note('kafka is ready again');
  return { what: `kill -9 kafka, down ${downMs / 1000} s`, kills: 1, fromMs: performance.now(), violations: [] };
}
