import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { ServiceProgram } from './services.js';

/** How a program ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of a service to its end. After the signal it is asked to stop, and waited for. */
export async function runProgram(
  { args, env }: ServiceProgram,
  more: readonly string[],
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const child = spawn(process.execPath, [...args, ...more], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { exitCode: child.exitCode, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
