import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../dist/benchmark/main.js', import.meta.url));

describe('npm run bench', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-bench-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('measures both phases and every process, and says how the targets fared', async () => {
    const json = join(folder, 'bench.json');
    const argv = ['--events', '400', '--rate', '50', '--seconds', '2', '--json', json];
    const { stdout } = await run(process.execPath, [PROGRAM, ...argv], { timeout: 100_000 });
    const report = JSON.parse(readFileSync(json, 'utf8'));
    expect(report.drain).toMatchObject({ events: 400, eventsPerSecond: expect.any(Number) });
    expect(report.paced).toMatchObject({ events: 100, fromDueMs: { count: 100, p99: expect.any(Number) } });
    expect(report.paced.fromDueMs.p50).toBeGreaterThan(0);
    const names = report.processes.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['ingestion', 'inference', 'results', 'monitoring', 'kafka']));
    expect(report.targets).toHaveLength(4);
    expect(stdout).toContain('CPU s per million');
  });
});
