import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { failpointLog, type World } from '../../world/world.js';

const LOOK_EVERY_MS = 50;

/** What a failpoint notes right before something happens at it. */
interface Hit {
  readonly pid: number;
}

/** Waits until failpoints have been hit in all of these processes. @returns those in which none was within the time */
export async function untilHit(world: World, pids: readonly number[], withinMs: number): Promise<readonly number[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const hit = new Set(hitsIn(failpointLog(world)).map(({ pid }) => pid));
    const missing = pids.filter((pid) => !hit.has(pid));
    if (missing.length === 0 || performance.now() >= deadline) return missing;
    await sleep(LOOK_EVERY_MS, undefined, { signal: world.signal });
  }
}

function hitsIn(file: string): readonly Hit[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Hit);
}
