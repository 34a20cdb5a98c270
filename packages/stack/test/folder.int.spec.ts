import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resetCommand } from '../src/index.js';
import { holderOf, releaseLock, takeLock } from '../src/instance-lock.js';
import { capLog, tailLog } from '../src/log-file.js';
import { stopLeftOverServer } from '../src/postgres/postmaster.js';
import { identityOf } from '../src/process-identity.js';
import { readRecords, stopRecorded, writeRecord } from '../src/process-record.js';

describe('the files of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('lock', () => {
    const lock = (): string => join(folder, 'instance.json');

    it('is given once, and again after its release', () => {
      const first = takeLock(lock());
      expect(first).toMatchObject({ taken: true, instance: { pid: process.pid } });
      expect(takeLock(lock())).toMatchObject({ taken: false, holder: { pid: process.pid } });
      releaseLock(lock(), 'somebody else');
      expect(holderOf(lock())).not.toBeNull();
      releaseLock(lock(), holderOf(lock())?.token ?? '');
      expect(takeLock(lock())).toMatchObject({ taken: true });
    });

    it.each([
      ['whose pid is another process by now', { pid: process.pid, identity: 'an earlier process' }],
      ['whose process is gone', { pid: 2 ** 22 - 1, identity: 'x:1' }],
    ])('is taken over from a holder %s', (_, holder) => {
      writeFileSync(lock(), JSON.stringify({ token: 't', since: '2026-01-01T00:00:00Z', urls: {}, ...holder }));
      expect(holderOf(lock())).toBeNull();
      expect(takeLock(lock())).toMatchObject({ taken: true });
    });

    it('is taken over when it is torn', () => {
      writeFileSync(lock(), '{"token":"t","pi');
      expect(takeLock(lock())).toMatchObject({ taken: true });
    });
  });

  describe('record of a child', () => {
    const record = { name: 'kafka', step: 'kafka', stopSignal: 'SIGTERM', graceMs: 1_000 } as const;

    it('does not stop another process that has its pid now', async () => {
      writeRecord(folder, { ...record, pid: process.pid, identity: 'an earlier process' });
      const lines: string[] = [];
      await stopRecorded(folder, (line) => lines.push(line));
      expect(lines).toEqual([]);
      expect(readRecords(folder)).toEqual([]);
    });

    it('is read back as it was written, and torn ones are left out', () => {
      const written = { ...record, pid: process.pid, identity: identityOf(process.pid) ?? '' };
      writeRecord(folder, written);
      writeFileSync(join(folder, 'torn.child.json'), '{"name":"to');
      expect(readRecords(folder)).toEqual([written]);
    });
  });

  describe('postmaster.pid', () => {
    it('is removed when its pid is another process now, and left to PostgreSQL when nobody has it', async () => {
      const file = join(folder, 'postmaster.pid');
      writeFileSync(file, `${2 ** 22 - 1}\n${folder}\n`);
      await stopLeftOverServer(folder, () => undefined);
      expect(existsSync(file)).toBe(true);
      writeFileSync(file, `${process.pid}\n${folder}\n`);
      await stopLeftOverServer(folder, () => undefined);
      expect(existsSync(file)).toBe(false);
    });
  });

  describe('log', () => {
    it('moves aside what exceeds its limit and goes on in the same file', () => {
      const log = join(folder, 'kafka.log');
      writeFileSync(log, 'first\nsecond\n');
      capLog(log, 100);
      expect(existsSync(`${log}.1`)).toBe(false);
      capLog(log, 10);
      expect(readFileSync(`${log}.1`, 'utf8')).toBe('first\nsecond\n');
      expect(statSync(log).size).toBe(0);
    });

    it('shows its last lines, and none when it is empty or missing', () => {
      const log = join(folder, 'kafka.log');
      expect(tailLog(log)).toEqual([]);
      writeFileSync(log, Array.from({ length: 30 }, (_, at) => `line ${at}\n\n`).join(''));
      expect(tailLog(log, 2)).toEqual(['line 28', 'line 29']);
      truncateSync(log);
      expect(tailLog(log)).toEqual([]);
    });
  });

  describe('reset', () => {
    const reset = async (args: readonly string[], answer?: string): Promise<{ code: number; printed: string }> => {
      const lines: string[] = [];
      const ask = answer === undefined ? null : (): Promise<string> => Promise.resolve(answer);
      const code = await resetCommand(args, { print: (line) => lines.push(line), ask });
      return { code, printed: lines.join('\n') };
    };
    const aHome = (): string => {
      const home = join(folder, 'home');
      mkdirSync(join(home, 'data', 'kafka'), { recursive: true });
      writeFileSync(join(home, 'format.json'), '{"formatVersion":0}');
      writeFileSync(join(home, 'data', 'kafka', 'log'), 'x'.repeat(2_500));
      return home;
    };

    it('lists what goes with its size and deletes nothing without a yes', async () => {
      const home = aHome();
      const { code, printed } = await reset(['--data', home]);
      expect(code).toBe(1);
      expect(printed).toMatch(/2\.5 kB {2}.*\/home\/data\n/);
      expect(printed).toContain('npm run reset -- --yes');
      await expect(reset(['--data', home], 'n')).resolves.toMatchObject({ code: 1 });
      expect(existsSync(join(home, 'data', 'kafka', 'log'))).toBe(true);
    });

    it.each([
      ['--yes', ['--yes'], undefined],
      ['a yes on the terminal', [], 'y'],
    ])('deletes the folder after %s, also one of another format', async (_, args, answer) => {
      const home = aHome();
      await expect(reset(['--data', home, ...args], answer)).resolves.toMatchObject({ code: 0 });
      expect(existsSync(home)).toBe(false);
    });

    it('leaves a folder alone that is not of Pitwall', async () => {
      const file = join(folder, 'thesis.txt');
      writeFileSync(file, 'text');
      const { code, printed } = await reset(['--data', folder, '--yes']);
      expect(code).toBe(1);
      expect(printed).toContain('no data folder of Pitwall');
      expect(existsSync(file)).toBe(true);
    });

    it('says so when there is nothing, and explains itself', async () => {
      await expect(reset(['--data', join(folder, 'none')])).resolves.toMatchObject({
        code: 0,
        printed: expect.stringContaining('Nothing to delete') as string,
      });
      await expect(reset(['--help'])).resolves.toMatchObject({ code: 0 });
      await expect(reset(['--all'])).resolves.toMatchObject({ code: 2 });
    });
  });
});
