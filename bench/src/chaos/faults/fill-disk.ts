import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildControl } from '@pitwall/stack';
import type { Fault, FaultContext, Injection } from './fault.js';

/** What others free is taken again so often. */
const TOP_UP_EVERY_MS = 100;
const CHUNKS = [1024 * 1024, 4096];

/**
 * Fills the disk that Kafka, PostgreSQL and all logs are on, keeps it full for a time, and frees it. Both may end themselves by then,
 * as they do when they cannot write their logs; they are started again, as a supervisor would.
 */
export async function fillDisk(
  { platform, timeline, signal }: FaultContext,
  { forMs }: Extract<Fault, { kind: 'fill-disk' }>,
): Promise<Injection> {
  const { home, kafka, postgres } = platform.stack;
  const file = join(home, 'filler');
  const filler = openSync(file, 'w');
  try {
    const until = performance.now() + forMs;
    timeline.note(`the disk is filled with ${Math.round(fill(filler) / 1024 / 1024)} MiB`);
    while (performance.now() < until) {
      await sleep(TOP_UP_EVERY_MS, undefined, { signal });
      fill(filler);
    }
  } finally {
    closeSync(filler);
    rmSync(file);
  }
  timeline.note('the disk has room again');
  const fromMs = performance.now();
  const ended = await startEnded([kafka, postgres]);
  const what = `disk full for ${forMs / 1000} s${ended.length === 0 ? '' : `, which ended ${ended.join(' and ')}`}`;
  return { what, kills: ended.length, fromMs, violations: [] };
}

/** Answers how many bytes found room. */
function fill(filler: number): number {
  let written = 0;
  for (const size of CHUNKS) {
    const chunk = Buffer.alloc(size, 1);
    for (let took = size; took === size; written += took) took = writtenOf(filler, chunk);
  }
  return written;
}

function writtenOf(filler: number, chunk: Buffer): number {
  try {
    return writeSync(filler, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 0;
    throw error;
  }
}

async function startEnded(children: readonly (ChildControl | null)[]): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const child of children) {
    if (child === null) continue;
    if (child.pid === null) {
      ended.push(child.name);
      await child.start();
    }
    await child.waitUntilReady();
  }
  return ended;
}
