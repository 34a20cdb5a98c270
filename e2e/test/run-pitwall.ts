import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { SERVICES } from '@pitwall/platform';
import { environmentOfItsOwn } from './start-process.js';
import type { TestPlatform } from './test-platform.js';

const MAIN = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

/** What a command did. */
export interface PitwallRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the built `pitwall` against a platform, as a process of its own; every service is told by its variable. */
export function startPitwall(platform: TestPlatform, args: readonly string[]): ChildProcessWithoutNullStreams {
  const urls = SERVICES.map(({ name }) => [`PITWALL_${name.toUpperCase()}_URL`, platform.url(name)]);
  return spawn(process.execPath, [MAIN, ...args], {
    env: {
      ...environmentOfItsOwn(),
      ...(Object.fromEntries(urls) as Record<string, string>),
      KAFKA_BROKERS: platform.brokers.join(','),
    },
  });
}

/** Runs it to its end. */
export async function runPitwall(
  platform: TestPlatform,
  args: readonly string[],
  { stdin = '' }: { readonly stdin?: string } = {},
): Promise<PitwallRun> {
  const child = startPitwall(platform, args);
  child.stdin.end(stdin);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

/** The JSON documents of an output, one a line. */
export function documentsOf({ out }: PitwallRun): readonly Record<string, unknown>[] {
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
