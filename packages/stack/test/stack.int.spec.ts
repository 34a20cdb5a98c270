import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type ChildExit, type Stack, resetCommand, startStack } from '../src/index.js';
import { probeKafka } from '../src/kafka/metadata-probe.js';
import { isPortFree, resolvePorts } from '../src/ports.js';
import { probePostgres } from '../src/postgres/startup-probe.js';
import { readRecords } from '../src/process-record.js';
import { newHome } from './stack-process.js';

const READY_SERVICE = `
  require('node:http').createServer((request, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1');
`;

describe('a running stack', () => {
  const home = newHome();
  const exits: ChildExit[] = [];
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ home, ports: 'free', onExit: (exit) => exits.push(exit) });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(dirname(home), { recursive: true, force: true });
  });

  it('answers on both ports', async () => {
    const view = await probeKafka('127.0.0.1', stack.ports.kafka);
    expect(view).toEqual({ brokerCount: 1, clusterId: expect.stringMatching(/^[\w-]{22}$/) });
    await expect(probePostgres('127.0.0.1', stack.ports.postgres)).resolves.toBe(true);
  });

  it('keeps the password where only its owner can read it', () => {
    expect(statSync(join(home, 'secrets', 'postgres-password')).mode & 0o777).toBe(0o600);
  });

  it('turns a second start in its folder away, naming itself, since when and where', async () => {
    stack.announce({ monitoring: 'http://127.0.0.1:4004' });
    const second = startStack({ home, ports: 'free' });
    await expect(second).rejects.toThrow(
      new RegExp(
        `pid ${process.pid}, since \\d{4}-.*kafka: 127.0.0.1:${stack.ports.kafka}.*http://127.0.0.1:4004`,
        's',
      ),
    );
    await expect(probeKafka('127.0.0.1', stack.ports.kafka)).resolves.not.toBeNull();
  });

  it('is not reset while it runs', async () => {
    const printed: string[] = [];
    const code = await resetCommand(['--data', home, '--yes'], { print: (line) => printed.push(line), ask: null });
    expect(code).toBe(1);
    expect(printed.join('\n')).toContain(`Pitwall runs in ${home}: pid ${process.pid}`);
    expect(existsSync(join(home, 'data', 'kafka'))).toBe(true);
  });

  it('shows the last 20 lines of a service that fails to start', async () => {
    const script = 'for (let line = 1; line <= 30; line++) console.error("line " + line); process.exitCode = 3;';
    const start = stack.services.start({ name: 'failing', args: ['-e', script], readyUrl: 'http://127.0.0.1:1/' });
    const [outcome] = await Promise.allSettled([start]);
    const { message } = (outcome as PromiseRejectedResult).reason as Error;
    expect(message).toContain('failing ended (code 3, signal null) before it was ready.');
    expect(message.match(/line \d+/g)).toEqual(Array.from({ length: 20 }, (_, at) => `line ${at + 11}`));
  });

  it('waits until a service answers, and starts it again on demand', async () => {
    const port = stack.ports.registry;
    const service = await stack.services.start({
      name: 'ready',
      args: ['-e', READY_SERVICE],
      env: { PORT: String(port) },
      readyUrl: `http://127.0.0.1:${port}/readyz`,
    });
    const before = service.pid;
    await service.kill('SIGKILL');
    await service.restart();
    expect(service.pid).not.toBe(before);
    await expect(fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())).resolves.toBe('ok');
    expect(exits).toContainEqual({ name: 'ready', pid: before, code: null, signal: 'SIGKILL', expected: true });
  });

  it('starts a killed broker and a killed database again on their data', async () => {
    const before = await probeKafka('127.0.0.1', stack.ports.kafka);
    await Promise.all([stack.kafka?.kill('SIGKILL'), stack.postgres?.kill('SIGKILL')]);
    await Promise.all([stack.kafka?.restart(), stack.postgres?.restart()]);
    await expect(probeKafka('127.0.0.1', stack.ports.kafka)).resolves.toEqual(before);
    await expect(probePostgres('127.0.0.1', stack.ports.postgres)).resolves.toBe(true);
  });

  it('stops services, then Kafka, then PostgreSQL, and frees folder and ports', async () => {
    exits.length = 0;
    await stack.stop();
    expect(exits.map(({ name, expected }) => ({ name, expected }))).toEqual(
      ['ready', 'kafka', 'postgres'].map((name) => ({ name, expected: true })),
    );
    expect(existsSync(join(home, 'run', 'instance.json'))).toBe(false);
    await expect(isPortFree(stack.ports.kafka)).resolves.toBe(true);
    await expect(isPortFree(stack.ports.postgres)).resolves.toBe(true);
  });
});

describe('a start that cannot work', () => {
  it('names who holds a taken port, and the flag that moves ours', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const start = startStack({ ports: { kafka: port } });
    await expect(start).rejects.toThrow(
      new RegExp(
        `Port ${port} \\(kafka\\) is taken by pid ${process.pid} \\(.*node.*--kafka-port <port> or PITWALL_KAFKA_PORT`,
      ),
    );
    server.close();
  });

  it('says what to do about data of another format, and deletes nothing', async () => {
    const home = newHome();
    mkdirSync(join(home, 'data'), { recursive: true });
    writeFileSync(join(home, 'data', 'precious'), 'data');
    writeFileSync(join(home, 'format.json'), '{"formatVersion":99}');
    await expect(startStack({ home })).rejects.toThrow(/format version 99;.*`npm run reset`/);
    expect(existsSync(join(home, 'data', 'precious'))).toBe(true);
    rmSync(dirname(home), { recursive: true });
  });

  it('shows the end of the log of a broker that fails, and leaves nothing running', async () => {
    const home = newHome();
    mkdirSync(join(home, 'data', 'kafka'), { recursive: true });
    writeFileSync(join(home, 'format.json'), '{"formatVersion":1}');
    writeFileSync(join(home, 'data', 'kafka', 'meta.properties'), 'version=1\ncluster.id=x\nnode.id=7\n');
    const exits: string[] = [];
    await expect(startStack({ home, ports: 'free', onExit: (exit) => exits.push(exit.name) })).rejects.toThrow(
      /kafka ended \(code 1, signal null\) before it was ready. The last \d+ lines .*kafka\.log:.*node.?id/is,
    );
    expect(exits).toContain('kafka');
    expect(readRecords(join(home, 'run'))).toEqual([]);
    expect(existsSync(join(home, 'run', 'instance.json'))).toBe(false);
    rmSync(dirname(home), { recursive: true });
  });

  it('gives up when it is told to, and leaves nothing behind', async () => {
    const home = newHome();
    const stop = new AbortController();
    const exits: string[] = [];
    const start = startStack({
      home,
      isTemporary: true,
      ports: 'free',
      signal: stop.signal,
      onExit: (exit) => exits.push(exit.name),
      log: (line) => line.startsWith('PostgreSQL is ready') && stop.abort(),
    });
    await expect(start).rejects.toThrow('The start was given up');
    expect(exits).toContain('postgres');
    expect(existsSync(home)).toBe(false);
    rmSync(dirname(home), { recursive: true });
  });

  it('looks at the ports of services to come as well', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const start = startStack({ ports: { ...(await resolvePorts('free')), results: port }, checkedPorts: ['results'] });
    await expect(start).rejects.toThrow(`Port ${port} (results) is taken by pid ${process.pid}`);
    server.close();
  });

  it('names given brokers that do not answer', async () => {
    await expect(startStack({ kafkaBrokers: ['127.0.0.1:1'], ports: 'free' })).rejects.toThrow(
      'Nobody accepts connections on 127.0.0.1:1 (KAFKA_BROKERS)',
    );
  });
});
