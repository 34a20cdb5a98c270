import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('example-service.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The example service as a process of its own, with everything it says. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when stdout and stderr together match; rejects when the process ends before. */
  saying(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Exit code, or the signal that killed it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Starts the example service with this environment and nothing else. */
export function spawnExample(environment: Readonly<Record<string, string>>, argument?: string): ServiceProcess {
  const child = spawn(process.execPath, [EXAMPLE, ...(argument === undefined ? [] : [argument])], {
    cwd: ROOT,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const tell = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
    tell();
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
    tell();
  });
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const saying = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const match = `${stdout}${stderr}`.match(pattern);
      if (match !== null) return match;
      let watcher = (): void => undefined;
      const news = new Promise<void>((resolve) => {
        watcher = resolve;
        watchers.add(watcher);
      });
      const end = await Promise.race([news, exited]);
      watchers.delete(watcher);
      if (end !== undefined) throw new Error(`ended with ${end} before it said ${pattern}:\n${stdout}\n${stderr}`);
    }
  };
  return { child, exited, saying, stdout: () => stdout, stderr: () => stderr };
}
