import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '@pitwall/testing';
import { TRAP, trapBatch, trapModel } from './trap-model.js';

const ENTRY = fileURLToPath(new URL('../src/model-child/model-child.process.ts', import.meta.url));

/** What a service does, as far as its end is concerned: two children, one of them busy for ever. */
const SERVICE = `
  import { fork } from 'node:child_process';
  import { mkdtempSync } from 'node:fs';
  const { entry, load, hanging } = JSON.parse(process.argv[1]);
  hanging.tensors[0].data = Float32Array.from(hanging.tensors[0].data);
  for (const isBusy of [false, true]) {
    const cwd = mkdtempSync('child-');
    const child = fork(entry, [String(process.pid), '1000'], { cwd, serialization: 'advanced', execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.send({ kind: 'load', ...load });
    child.on('message', ({ kind }) => {
      if (kind !== 'loaded') throw new Error(kind);
      if (isBusy) child.send({ kind: 'infer', id: 0, ...hanging });
      console.log(child.pid);
    });
  }
`;

/** Cannot be told by a signal: a process that has ended but is not collected yet takes signals. */
const isRunning = (pid: number): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
};

const cwd = mkdtempSync(join(tmpdir(), 'pitwall-orphan-'));
const pids: number[] = [];
afterAll(() => {
  // A failed test leaves no busy process on the machine.
  for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL');
  rmSync(cwd, { recursive: true });
});

describe('the children of a service that is killed', () => {
  it('end with it, also the one that never comes back from its model, and leave no folder', async () => {
    const batch = trapBatch([TRAP.hangs]);
    const hanging = { rows: 1, tensors: batch.tensors.map((tensor) => ({ ...tensor, data: [...TRAP.hangs] })) };
    const service = spawn(
      process.execPath,
      ['--input-type=module', '--eval', SERVICE, JSON.stringify({ entry: ENTRY, load: trapModel.load, hanging })],
      { cwd, stdio: ['ignore', 'pipe', 'inherit'], env: {} },
    );
    const lines = createInterface({ input: service.stdout });
    for await (const line of lines) {
      pids.push(Number(line));
      if (pids.length === 2) break;
    }
    expect(pids.map(isRunning)).toEqual([true, true]);
    service.kill('SIGKILL');
    await eventually(() => !pids.some(isRunning), { what: 'both model children to end', timeoutMs: 30_000 });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
