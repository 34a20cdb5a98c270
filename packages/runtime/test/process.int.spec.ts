import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { type ServiceProcess, spawnExample } from './service-process.js';

const NOWHERE = {
  KAFKA_BROKERS: '127.0.0.1:9',
  HTTP_PORT: '0',
  PITWALL_PIPELINES: 'pipelines/flight-delay',
};

const running: ServiceProcess[] = [];

function run(environment: Readonly<Record<string, string>>, argument?: string): ServiceProcess {
  const service = spawnExample(environment, argument);
  running.push(service);
  return service;
}

afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

describe('the process of a service', () => {
  it('prints every variable with --help, with no configuration at all, and ends with 0', async () => {
    const service = run({}, '--help');
    expect(await service.exited).toBe(0);
    expect(service.stdout()).toMatch(/KAFKA_BROKERS +Kafka brokers to begin with.*\n +required/);
    expect(service.stdout()).toMatch(/EXAMPLE_DELAY_MS +How long a batch takes\n +default: 0/);
    expect(service.stderr()).toBe('');
  });

  it('prints its version with --version', async () => {
    const service = run({}, '--version');
    expect(await service.exited).toBe(0);
    expect(service.stdout()).toBe('example 1.2.3\n');
  });

  it('refuses another argument', async () => {
    const service = run(NOWHERE, '--port=80');
    expect(await service.exited).toBe(1);
    expect(service.stderr()).toContain('got "--port=80", expected no argument, --help or --version');
  });

  it('names all problems of its configuration at once, without secrets, and ends with 1', async () => {
    const service = run({
      HTTP_PORT: 'eighty',
      KAFKA_BROKERS: '127.0.0.1:9',
      DATABASE_URL: 'oracle://me:sesame@host/db',
      PITWALL_PIPELINE: 'x',
    });
    expect(await service.exited).toBe(1);
    const said = service.stderr();
    expect(said).toContain(
      'warning: PITWALL_PIPELINE is not a variable of this service. Did you mean PITWALL_PIPELINES?',
    );
    expect(said).toContain('3 problems');
    expect(said).toContain('HTTP_PORT is "eighty", expected a whole number from 0 to 65535');
    expect(said).toContain('PITWALL_PIPELINES is not set');
    expect(said).toContain('DATABASE_URL is set (not shown)');
    expect(said + service.stdout()).not.toContain('sesame');
  });

  it('ends with 1 when a pipeline is not usable, and lists why for a person to read', async () => {
    const service = run({ ...NOWHERE, PITWALL_PIPELINES: '/nowhere/at/all' });
    expect(await service.exited).toBe(1);
    expect(service.stderr()).toMatch(/example cannot start: PITWALL_PIPELINES[^]*\n {2}- pipeline\.yaml/);
  });

  it('ends with 1 when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const service = run({ ...NOWHERE, HTTP_PORT: String(port) });
    expect(await service.exited).toBe(1);
    expect(service.stderr()).toContain(`Port 127.0.0.1:${port} is taken`);
    other.close();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends with 0 at %s, also while it waits for Kafka and PostgreSQL',
    async (signal) => {
      const service = run({ ...NOWHERE, DATABASE_URL: 'postgres://me:sesame@127.0.0.1:9/db', LOG_LEVEL: 'debug' });
      await service.saying(/PostgreSQL is not there yet/);
      await service.saying(/Kafka is not there yet/);
      const [, url = ''] = await service.saying(/"url":"([^"]+)"/);
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
      service.child.kill(signal);
      expect(await service.exited).toBe(0);
      expect(service.stdout() + service.stderr()).not.toContain('sesame');
    },
  );

  it('logs a rejection that nobody handles, and ends with 1', async () => {
    const service = run({ ...NOWHERE, EXAMPLE_FAULT: 'rejection' });
    expect(await service.exited).toBe(1);
    const line =
      service
        .stdout()
        .split('\n')
        .find((candidate) => candidate.includes('"fatal"')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ level: 'fatal', err: { message: 'left to nobody' } });
  });
});
