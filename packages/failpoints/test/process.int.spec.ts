import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@pitwall/testing';

const ROOM = fileURLToPath(new URL('..', import.meta.url));

/** Passes `after_produce` for ever, and says so each time; it is armed by its first argument, and notes to its second. */
const LOOP = `
import { armFailpoints, failpoint, parseFailpoint } from '@pitwall/failpoints';
import { writeSync } from 'node:fs';
const [text, logFile] = process.argv.slice(1);
armFailpoints({ failpoints: [parseFailpoint(text)], planted: [], logFile });
setInterval(() => {
  writeSync(1, 'before\\n');
  failpoint('after_produce');
  writeSync(1, 'after\\n');
}, 1);
`;

describe('a failpoint in a process of its own', () => {
  let folder: string;
  let child: ChildProcess;
  let said: string;

  const run = (text: string): void => {
    said = '';
    const own = spawn(process.execPath, ['--input-type=module', '-e', LOOP, text, join(folder, 'log')], {
      cwd: ROOM,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = own;
    // What the child of an earlier case wrote may still come.
    own.stdout.on('data', (chunk) => {
      if (own === child) said += String(chunk);
    });
  };

  const noted = (): unknown => JSON.parse(readFileSync(join(folder, 'log'), 'utf8'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-failpoints-'));
  });

  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('kills the process at the third pass, after it has noted that', async () => {
    run('after_produce=kill@3');
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    expect(said).toBe('before\nafter\nbefore\nafter\nbefore\n');
    expect(noted()).toMatchObject({ failpoint: 'after_produce', action: 'kill', pass: 3, pid: child.pid });
  });

  it('stops the process until somebody lets it go on, at the same place', async () => {
    run('after_produce=stop@2');
    await eventually(() => existsSync(join(folder, 'log')) && noted() !== null, {
      what: 'the stop',
      timeoutMs: 30_000,
    });
    expect(said).toBe('before\nafter\nbefore\n');
    child.kill('SIGCONT');
    await eventually(() => said.startsWith('before\nafter\nbefore\nafter\nbefore\n'), {
      what: 'the going on',
      timeoutMs: 30_000,
    });
  });

  it('makes the process stand still', async () => {
    run('after_produce=hang');
    await eventually(() => said !== '' && noted() !== null, { what: 'the hanging', timeoutMs: 30_000 });
    expect(said).toBe('before\n');
    expect(child.exitCode).toBeNull();
  });
});
