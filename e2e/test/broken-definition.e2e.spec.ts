import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// One with a database and one without: what they start by is the same code.
const SERVICES = ['ingestion', 'results'] as const;

describe('a pipeline folder with faults in several files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-broken-'));
    const original = join(ROOT, 'pipelines/flight-delay');
    for (const part of ['pipeline.yaml', 'event.schema.json', 'models']) {
      cpSync(join(original, part), join(folder, part), { recursive: true });
    }
    const edit = (file: string, before: string, after: string): void => {
      const content = readFileSync(join(folder, file), 'utf8');
      expect(content).toContain(before);
      writeFileSync(join(folder, file), content.replace(before, after));
    };
    edit('pipeline.yaml', 'rule: hard-range', 'rule: hard-rage');
    edit('pipeline.yaml', 'maxBatchSize: 256', 'maxBatchSize: 0');
    edit('models/candidate-a.manifest.json', '"column": 1', '"column": 7');
    appendFileSync(join(folder, 'models/champion.onnx'), 'tampered');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(SERVICES)('keeps %s from starting, which says all that is wrong', async (service) => {
    const child = spawn(process.execPath, [join(ROOT, `apps/${service}/dist/main.js`)], {
      env: {
        KAFKA_BROKERS: '127.0.0.1:9',
        DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
        HTTP_PORT: '0',
        PITWALL_PIPELINES: folder,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([1, null]);
    const problems = await said;
    expect(problems).toContain(`pitwall ${service} cannot start`);
    for (const problem of ['hard-rage', 'maxBatchSize', 'candidate-a.manifest.json', 'champion.manifest.json']) {
      expect(problems).toContain(problem);
    }
  });
});
