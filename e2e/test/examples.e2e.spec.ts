import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JAVA_PATH = join(ROOT, 'infra/kafka/libs/*');

/** How the examples of one language are run. */
interface Language {
  readonly name: string;
  readonly producer: readonly [string, ...string[]];
  readonly consumer: readonly [string, ...string[]];
}

const python = aPythonWithClient();
const languages: Language[] = [
  {
    name: 'typescript',
    producer: [process.execPath, 'examples/typescript/producer.ts'],
    consumer: [process.execPath, 'examples/typescript/consumer.ts'],
  },
  {
    name: 'java',
    producer: ['java', '-cp', JAVA_PATH, 'examples/java/Producer.java'],
    consumer: ['java', '-cp', JAVA_PATH, 'examples/java/Consumer.java'],
  },
];
if (python !== null) {
  languages.push({
    name: 'python',
    producer: [python.executable, 'examples/python/producer.py'],
    consumer: [python.executable, 'examples/python/consumer.py'],
  });
}

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
});

afterAll(async () => {
  await platform?.stop();
  if (python !== null) rmSync(python.folder, { recursive: true, force: true });
});

/** A Python of its own with the client that the example needs; null where Python or its packages cannot be had. */
function aPythonWithClient(): { executable: string; folder: string } | null {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-python-'));
  const executable = join(folder, 'bin/python');
  const isMade = spawnSync('python3', ['-m', 'venv', folder]).status === 0 && existsSync(executable);
  const requirements = join(ROOT, 'examples/python/requirements.txt');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  if (isMade && spawnSync(executable, pip).status === 0) return { executable, folder };
  rmSync(folder, { recursive: true, force: true });
  return null;
}

async function run(command: readonly [string, ...string[]], more: readonly string[]): Promise<string> {
  const [file, ...args] = command;
  const environment = {
    PATH: process.env['PATH'],
    KAFKA_BROKERS: platform.brokers.join(','),
    PIPELINE: platform.pipeline.name,
    GROUP_ID: `example-${platform.pipeline.name}-${file}`,
    NODE_NO_WARNINGS: '1',
  };
  const child = spawn(file, [...args, ...more], { cwd: ROOT, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, problem, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${problem}`);
  return output;
}

describe.each(languages)('the examples in $name', ({ name, producer, consumer }) => {
  it('publish an event and read its decision', async () => {
    const id = `example-${name}`;
    expect(await run(producer, [id])).toContain(`published ${id}`);
    const decisions = await run(consumer, [String(languages.findIndex((language) => language.name === name) + 1)]);
    expect(decisions).toMatch(new RegExp(`^${id} (proceed|intervene) 0\\.\\d+$`, 'm'));
  });
});

// Counted as skipped, so that nobody takes silence for success.
const whenPythonIsMissing = python === null ? it.skip : it;
whenPythonIsMissing('runs the examples in python: python3 with venv and pip is there', () => {
  expect(languages.map(({ name }) => name)).toContain('python');
});
