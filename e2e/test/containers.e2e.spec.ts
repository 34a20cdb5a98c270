import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS, TOPICS } from '@pitwall/contracts';
import { type ComposeService, readCompose, readYaml, ROOT, withDefaults } from './compose-file.js';
import { readCatalogue, seriesIn, seriesOf } from './metric-catalogue.js';

const { services, volumes } = readCompose();
const all = Object.entries(services);
const named = (name: string): ComposeService => services[name] as ComposeService;
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

const SERVICES = globSync('apps/*/src/app.module.ts', { cwd: ROOT }).map((path) => path.split(/[/\\]/)[1] as string);

/** They end by themselves. */
const JOBS = all.filter(([, { restart }]) => restart === 'no').map(([name]) => name);

/** Its image has no program that could check it; nobody waits for it, and Prometheus scrapes it. */
const WITHOUT_HEALTH_CHECK = ['otel-collector', ...JOBS];

/** What the event path does without. */
const OBSERVERS = ['otel-collector', 'jaeger', 'prometheus', 'grafana'];

const READ_BY_NODE = 'NODE_OPTIONS';

const megabytesOf = (limit: string): number => parseInt(limit, 10) * (limit.endsWith('G') ? 1_024 : 1);

describe('docker-compose.yml', () => {
  it('has every service of apps/, and what they need', () => {
    expect(SERVICES.length).toBeGreaterThanOrEqual(4);
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining([...SERVICES, 'kafka', 'postgres', 'provision', ...OBSERVERS]),
    );
  });

  it.each(all)('%s has an image of one version', (_name, { image }) => {
    expect(withDefaults(image)).toMatch(/^[\w./-]+:v?\d[\w.-]*$/);
  });

  it.each(all)('%s has a memory limit', (_name, { deploy }) => {
    expect(deploy?.resources.limits.memory).toMatch(/^\d+[MG]$/);
  });

  it.each(all.filter(([name]) => !WITHOUT_HEALTH_CHECK.includes(name)))(
    '%s has a health check, comes back after a crash, and gets time to stop',
    (_name, { healthcheck, restart, stop_grace_period: grace }) => {
      expect(healthcheck?.test.length).toBeGreaterThan(1);
      expect(restart).toBe('unless-stopped');
      expect(grace).toMatch(/^\d+s$/);
    },
  );

  it.each(all)('%s waits for nothing that cannot come to be', (_name, { depends_on: needs = {} }) => {
    for (const [need, { condition }] of Object.entries(needs)) {
      expect(condition).toBe(JOBS.includes(need) ? 'service_completed_successfully' : 'service_healthy');
      expect([...JOBS, ...all.flatMap(([name, { healthcheck }]) => (healthcheck ? [name] : []))]).toContain(need);
    }
  });

  it.each(SERVICES)('%s starts after what it needs, and does not wait for its observers', (name) => {
    const { depends_on: needs = {}, environment = {} } = named(name);
    const wanted = ['kafka', 'provision', ...('DATABASE_URL' in environment ? ['postgres'] : [])];
    expect(Object.keys(needs).toSorted()).toEqual(wanted.toSorted());
  });

  it('publishes ports that can be moved, on this machine alone unless told otherwise', () => {
    const published = all.flatMap(([, { ports = [] }]) => ports);
    const parsed = published.map((port) => /^\$\{PITWALL_BIND:-127\.0\.0\.1\}:\$\{(\w+):-(\d+)\}:\d+$/.exec(port));
    expect(published.filter((_port, index) => parsed[index] === null)).toEqual([]);
    for (const group of [1, 2]) expect(new Set(parsed.map((match) => match?.[group])).size).toBe(parsed.length);
  });

  it('mounts files and folders that are there, and volumes that it declares', () => {
    const sources = all.flatMap(([, { volumes: mounts = [] }]) => mounts.map((mount) => mount.split(':')[0] as string));
    const missing = sources.filter((source) =>
      source.startsWith('.') ? !existsSync(join(ROOT, source)) : !(source in volumes),
    );
    expect(missing).toEqual([]);
  });

  it.each(all.filter(([, { build }]) => build !== undefined))(
    '%s has a heap that fits its memory',
    (_name, service) => {
      const [, heapMb] = /^--max-old-space-size=(\d+)$/.exec(String(service.environment?.['NODE_OPTIONS'])) ?? [];
      const share = Number(heapMb) / megabytesOf(service.deploy?.resources.limits.memory ?? '');
      expect(share).toBeGreaterThan(0.2);
      // What is no heap, above all buffers of messages and in inference a child with its model, needs the rest.
      expect(share).toBeLessThan(0.6);
    },
  );

  it('runs our own images read-only', () => {
    const own = all.filter(([, { build }]) => build !== undefined);
    expect(own.length).toBeGreaterThan(SERVICES.length);
    expect(own.filter(([, service]) => service.read_only !== true)).toEqual([]);
  });
});

describe('the environment of the services in containers', () => {
  /** Variable → what `--help` says of it: `required`, `optional` or its default. */
  const variablesOf = (app: string): ReadonlyMap<string, string> => {
    const help = execFileSync(process.execPath, [join(ROOT, `apps/${app}/dist/main.js`), '--help'], {
      encoding: 'utf8',
    });
    return new Map(
      [...help.matchAll(/^ {2}([A-Z][A-Z0-9_]+) +\S.*\n +(.+)$/gm)].map(([, name = '', need = '']) => [name, need]),
    );
  };

  it.each(SERVICES)('%s is told nothing that it does not know, and all that it must be told', (name) => {
    const known = variablesOf(name);
    const given = Object.keys(named(name).environment ?? {});
    expect(known.size).toBeGreaterThan(5);
    expect(given.filter((variable) => !known.has(variable) && variable !== READ_BY_NODE)).toEqual([]);
    expect([...known].filter(([variable, need]) => need === 'required' && !given.includes(variable))).toEqual([]);
  });

  it.each(SERVICES)('%s is given longer to stop than it takes at most', (name) => {
    const [, graceMs] = /(\d+)/.exec(variablesOf(name).get('SHUTDOWN_GRACE_MS') ?? '') ?? [];
    expect(parseInt(named(name).stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(Number(graceMs));
  });

  it('points to listeners that are there', () => {
    const kafka = named('kafka').environment ?? {};
    const advertised = String(kafka['KAFKA_ADVERTISED_LISTENERS']);
    for (const name of [...SERVICES, 'provision'])
      expect(advertised).toContain(`INSIDE://${named(name).environment?.['KAFKA_BROKERS']}`);
    const [, hostPort = ''] = /HOST:\/\/[^:]+:-?[^:]*:(\$\{[^}]+\})/.exec(advertised) ?? [];
    expect(named('kafka').ports?.[0]).toContain(`:${hostPort}:`);
  });

  it('lets the broker take the largest message of each topic, and make no topic by itself', () => {
    const { KAFKA_MESSAGE_MAX_BYTES: largest, KAFKA_AUTO_CREATE_TOPICS_ENABLE: creates } =
      named('kafka').environment ?? {};
    expect(Number(largest)).toBeGreaterThanOrEqual(
      Math.max(LIMITS.maxEventRecordBytes, ...TOPICS.map(({ maxMessageBytes }) => maxMessageBytes)),
    );
    expect(creates).toBe('false');
  });
});

describe('the Dockerfile', () => {
  it('builds each app that the compose file asks for, to a target that it has', () => {
    const builds = all.flatMap(([name, { build }]) => (build === undefined ? [] : [{ name, ...build }]));
    for (const { name, target, args } of builds) {
      expect(existsSync(join(ROOT, `apps/${args['APP']}/src/main.ts`))).toBe(true);
      expect(dockerfile).toMatch(new RegExp(`^FROM .+ AS ${target}$`, 'm'));
      expect(Object.keys(args).filter((arg) => !new RegExp(`^ARG ${arg}$`, 'm').test(dockerfile))).toEqual([]);
      if (SERVICES.includes(name)) expect({ app: args['APP'], target }).toEqual({ app: name, target: 'service' });
    }
  });

  it('runs as a user without rights, from a base image of a version', () => {
    expect(dockerfile.match(/^USER (.+)$/m)?.[1]).toBe('node');
    expect(dockerfile.match(/^ARG NODE_IMAGE=(.+)$/m)?.[1]).toMatch(/^node:\d+[\w.-]*$/);
    expect(dockerfile.match(/^FROM (?!\$\{NODE_IMAGE\}|command )/m)).toBeNull();
  });

  it('copies into its last stages what is in the repository', () => {
    const copied = [...dockerfile.matchAll(/^COPY (infra\/\S+) /gm)].map(([, path = '']) => path);
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

interface CollectorConfig {
  readonly receivers: { readonly otlp: { readonly protocols: { readonly http: { readonly endpoint: string } } } };
  readonly exporters: { readonly otlp: { readonly endpoint: string } };
  readonly service: {
    readonly telemetry: { readonly metrics: { readonly address: string } };
    readonly pipelines: { readonly traces: Readonly<Record<'receivers' | 'processors' | 'exporters', string[]>> };
  };
}

interface PrometheusConfig {
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
    readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  }[];
}

describe('what observes the services', () => {
  const portOf = (endpoint: string): string => endpoint.split(':').at(-1) as string;

  it('takes their traces where they send them, and passes them on to Jaeger', () => {
    const config = readYaml('infra/collector/config.yaml') as CollectorConfig;
    const port = portOf(config.receivers.otlp.protocols.http.endpoint);
    for (const name of SERVICES)
      expect(named(name).environment?.['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe(`http://otel-collector:${port}`);
    expect(config.exporters.otlp.endpoint.split(':')[0]).toBe('jaeger');
    expect(config.service.pipelines.traces.processors[0]).toBe('memory_limiter');
  });

  it('scrapes every service, and the collector', () => {
    const { scrape_configs: jobs } = readYaml('infra/prometheus/prometheus.yml') as PrometheusConfig;
    const found = jobs.flatMap(({ dns_sd_configs: dns = [] }) => dns);
    expect(found.flatMap(({ names }) => names).toSorted()).toEqual(SERVICES.toSorted());
    for (const { port } of found)
      for (const name of SERVICES) expect(named(name).environment?.['HTTP_PORT']).toBe(String(port));
    const collector = readYaml('infra/collector/config.yaml') as CollectorConfig;
    expect(jobs.flatMap(({ static_configs: fixed = [] }) => fixed.flatMap(({ targets }) => targets))).toContain(
      `otel-collector:${portOf(collector.service.telemetry.metrics.address)}`,
    );
  });

  describe.each(globSync('infra/grafana/dashboards/*.json', { cwd: ROOT }))('%s', (file) => {
    interface Panel {
      readonly id: number;
      readonly title: string;
      readonly datasource?: { readonly uid: string };
      readonly targets?: readonly { readonly expr: string }[];
    }
    const { panels } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { readonly panels: readonly Panel[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

    it('asks for metrics that are in the catalogue', () => {
      const known = new Set(readCatalogue().flatMap(seriesOf));
      expect(expressions.length).toBeGreaterThan(10);
      expect(expressions.filter((expr) => seriesIn(expr).length === 0)).toEqual([]);
      expect(expressions.flatMap(seriesIn).filter((name) => !known.has(name))).toEqual([]);
    });

    it('asks by labels that the metrics have', () => {
      const known = new Set(['service', 'le', ...readCatalogue().flatMap(({ labels }) => labels)]);
      const asked = expressions.flatMap((expr) =>
        [...expr.matchAll(/(?:by|without) \(([^)]*)\)|\{([^}]*)\}/g)].flatMap(([, by = '', match = '']) => [
          ...by.split(',').map((label) => label.trim()),
          ...[...match.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
        ]),
      );
      expect(asked.filter((label) => label !== '' && !known.has(label))).toEqual([]);
    });

    it('gives each panel an id of its own and a data source that is provisioned', () => {
      const provisioned = readYaml('infra/grafana/provisioning/datasources/prometheus.yaml') as {
        readonly datasources: readonly { readonly uid: string }[];
      };
      const uids = provisioned.datasources.map(({ uid }) => uid);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const { datasource } of panels) if (datasource !== undefined) expect(uids).toContain(datasource.uid);
    });
  });
});
