import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAddressBook } from '@pitwall/provision';
import { findFreePort } from '@pitwall/stack';
import { COMMANDS } from '../src/commands/index.js';
import { runCli } from './run-cli.js';

const ROOT = join(import.meta.dirname, '../../..');
const PIPELINE = join(ROOT, 'pipelines/flight-delay');

describe('every command that needs somebody', () => {
  const cwd = process.cwd();
  let folder: string;
  beforeAll(async () => {
    // The examples are to be typed in the root of the repository.
    process.chdir(ROOT);
    folder = mkdtempSync(join(tmpdir(), 'pitwall-cli-'));
    const url = `http://127.0.0.1:${await findFreePort()}`;
    writeAddressBook(folder, {
      startedAt: '2026-01-01T00:00:00.000Z',
      pid: 1,
      kafkaBrokers: `127.0.0.1:${await findFreePort()}`,
      ingestionUrl: url,
      inferenceUrl: url,
      resultsUrl: url,
      monitoringUrl: url,
      tracesUrl: url,
      pipelines: [{ name: 'flight-delay', folder: PIPELINE }],
    });
  });
  afterAll(() => {
    process.chdir(cwd);
    rmSync(folder, { recursive: true, force: true });
  });

  const remote = COMMANDS.filter(({ needs }) => needs.length > 0).map((spec) => [spec.path.join(' '), spec] as const);

  it.each(remote)(
    '%s ends with 5 and says what to do where the demo of the address book has ended',
    async (_, spec) => {
      const example = (spec.examples[0]?.line ?? '').split(' ').map((word) => word.replaceAll("'", ''));
      const { code, err } = await runCli([...example, '--data', folder], { stdin: '{}' });
      // Who needs the database itself starts it, and says where to look for one that is elsewhere.
      const advice = spec.needs.includes('database') ? 'or give --database-url' : 'Does `npm start` run?';
      expect([code, err]).toEqual([5, expect.stringContaining(advice)]);
    },
  );
});

describe('the address of a service', () => {
  it.each(['nonsense', '127.0.0.1:4003', 'ftp://results'])('is refused with 2 where it is no URL: %s', async (url) => {
    const { code, err } = await runCli(['dead-letters', 'list', '--pipeline', 'p', '--results-url', url]);
    expect([code, err]).toEqual([2, expect.stringContaining(`Got "${url}" for --results-url, expected the base URL`)]);
  });

  it('is asked about where it is that of somebody else', async () => {
    const other = createServer((request, response) => {
      const problem = { title: 'Not Found', status: 404, detail: `Cannot GET ${request.url}` };
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, err } = await runCli(['dead-letters', 'list', '--pipeline', 'p', '--results-url', url]);
    other.close();
    expect([code, err]).toEqual([3, expect.stringContaining('Is it the results service?')]);
  });
});
