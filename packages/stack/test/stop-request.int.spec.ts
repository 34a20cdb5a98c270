import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { watchForStop } from '../src/index.js';

const PROGRAM = fileURLToPath(new URL('watch-for-stop.mjs', import.meta.url));

// npm runs a script by a shell that waits for it; `true` keeps the shell from becoming the program.
const AS_NPM_DOES = `
  require('node:child_process').spawn('sh', ['-c', process.argv[1]], { stdio: 'inherit' });
`;

function startUnder(lifecycleEvent: string | undefined): { npm: ChildProcess; lines: AsyncIterator<string> } {
  const command = `"${process.execPath}" "${PROGRAM}"; true`;
  const { npm_lifecycle_event: _, ...env } = process.env;
  const npm = spawn(process.execPath, ['-e', AS_NPM_DOES, command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, ...(lifecycleEvent !== undefined && { npm_lifecycle_event: lifecycleEvent }) },
  });
  return { npm, lines: createInterface(npm.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]() };
}

describe('watchForStop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('asks on %s', async (signal) => {
    const script = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(script.stdout)[Symbol.asyncIterator]();
    await lines.next();
    script.kill(signal);
    await expect(lines.next()).resolves.toMatchObject({ value: `stop: ${signal}` });
    await once(script, 'exit');
    expect(script.exitCode).toBe(0);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('stops a script whose npm has ended by %s', async (signal) => {
    const { npm, lines } = startUnder('start');
    await expect(lines.next()).resolves.toMatchObject({ value: 'watching' });
    npm.kill(signal);
    await expect(lines.next()).resolves.toMatchObject({
      value: expect.stringMatching(/^stop: the process that started this one \(pid \d+\) is gone$/) as string,
    });
  });

  it('asks once, and not after the watch has ended', async () => {
    const watched = spawn('sleep', ['60']);
    const reasons: string[] = [];
    const unwatch = watchForStop({ watched: [watched.pid ?? 0], onStop: (reason) => reasons.push(reason) });
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGHUP', 'SIGHUP');
    unwatch();
    watched.kill('SIGKILL');
    await once(watched, 'exit');
    expect(reasons).toEqual(['SIGTERM']);
  });
});
