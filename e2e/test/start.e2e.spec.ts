import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@pitwall/stack';
import { eventually } from '@pitwall/testing';
import { environmentOfItsOwn, StartProcess } from './start-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PORTS = ['kafka', 'kafka-controller', 'postgres', 'ingestion', 'inference', 'results', 'monitoring', 'otlp'];
const STOPPED_WITHIN_MS = 10_000;
const STARTED_WITHIN_MS = 60_000;
/** A dozen processes one after another, on a machine that does other things as well. */
const LONG_MS = 300_000;

const freePortFlags = async (): Promise<string[]> => {
  const flags: string[] = [];
  for (const name of PORTS) flags.push(`--${name}-port`, String(await findFreePort()));
  return flags;
};

/** Command lines of everything that runs and mentions the folder. */
const processesOf = (folder: string): readonly string[] =>
  execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) && !line.startsWith('ps '));

/** The arguments of every `pitwall` command that the documents show, each once; without those that run after the demo only. */
const documentedCommands = (): readonly string[][] => {
  const texts = ['README.md', 'docs/cli.md'].map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const shown = [...texts.join('\n').matchAll(/^npm run -s pitwall -- (.*?)(?: +# (.*))?$/gm)];
  const lines = shown.flatMap(([, line = '', comment = '']) =>
    comment.startsWith('after Ctrl-C') ? [] : [line.trim()],
  );
  return [...new Set(lines)].map((line) => line.split(/\s+/));
};

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

interface Worth {
  readonly labelled: number;
  readonly accuracy: number;
  readonly value: number;
}

interface Summary extends Worth {
  readonly sent: number;
  readonly unique: number;
  readonly decided: number;
  readonly duplicates: number;
  readonly deadLettered: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly late: number;
  readonly currency: string;
  readonly labels: {
    readonly sent: number;
    readonly joined: number;
    readonly waiting: number;
    readonly duplicates: number;
    readonly superseded: number;
    readonly deadLettered: Readonly<Record<string, number>>;
    readonly lost: number;
  };
  readonly windows: Readonly<Record<string, Worth & { readonly decisions: number }>>;
  readonly breaches: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly eventsPerSecond: number;
  readonly traces: { readonly sampled: number; readonly complete: number };
}

/** What the files say of the first flights of a replay, computed without Pitwall. */
const oracle = (events: number): Worth & { readonly currency: string } =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [join(import.meta.dirname, 'flights-oracle.mjs'), '--events', String(events), '--json'],
      {
        encoding: 'utf8',
      },
    ),
  ) as Worth & { readonly currency: string };

const EVENTS = 5_000;

describe('npm start -- --once', () => {
  let summary: Summary;

  it('replays, checks every record and ends with one line of JSON', async () => {
    const run = new StartProcess(['--once', '--events', String(EVENTS), '--trace-ratio', '0.05']);
    expect([(await run.end()).code, run.stderr]).toEqual([0, expect.stringContaining('All is quiet.')]);
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    summary = JSON.parse(lines[0] ?? '') as Summary;
    expect(summary.sent).toBe(summary.decided + summary.duplicates + total(summary.deadLettered));
    expect(summary).toMatchObject({ unique: EVENTS, decided: EVENTS, lost: 0 });
    expect(summary.duplicates).toBeGreaterThan(0);
    expect(total(summary.breaches)).toBe(0);
    expect(summary.late).toBeGreaterThan(0);
    expect(summary.p50Ms).toBeGreaterThan(0);
    expect(summary.p99Ms).toBeGreaterThanOrEqual(summary.p50Ms);
    expect(summary.eventsPerSecond).toBeGreaterThan(0);
    expect(summary.traces.sampled).toBeGreaterThan(50);
    expect(summary.traces.complete).toBe(summary.traces.sampled);
  });

  it('accounts for every label', () => {
    const { sent, joined, waiting, duplicates, superseded, deadLettered, lost } = summary.labels;
    expect(sent).toBe(joined + waiting + duplicates + superseded + total(deadLettered));
    expect(lost).toBe(0);
    expect(Math.min(joined, waiting, duplicates, superseded, total(deadLettered))).toBeGreaterThan(0);
  });

  it('gives the accuracy and the value that the files have, also by the windows of monitoring', () => {
    const { labelled, accuracy, value, currency } = oracle(EVENTS);
    expect(summary).toMatchObject({ labelled, accuracy, value, currency });
    expect(summary.windows).toEqual({ 'champion@1.0.0': { decisions: EVENTS, labelled, accuracy, value } });
  });

  it('refuses what it does not know with 2, before anything is started', async () => {
    const run = new StartProcess(['--once', '--events', 'many']);
    expect([(await run.end()).code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain('expected a whole number');
  });
});

describe('npm start', () => {
  let folder: string;
  let ports: readonly string[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-start-'));
    ports = await freePortFlags();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const started: StartProcess[] = [];
  const start = (...args: readonly string[]): StartProcess => {
    const run = new StartProcess(['--data', folder, ...ports, ...args]);
    started.push(run);
    return run;
  };
  // A case that fails must not leave a run behind that the next one trips over.
  afterEach(async () => {
    for (const run of started.splice(0)) {
      run.kill('SIGTERM');
      await run.end();
    }
  });

  /** The lines of the data set that a replay goes on with. */
  const next = (): { readonly flight: number; readonly label: number } =>
    (JSON.parse(readFileSync(join(folder, 'replay.json'), 'utf8')) as { next: ReturnType<typeof next> }).next;

  const stopped = async (run: StartProcess, signal: NodeJS.Signals): Promise<void> => {
    const from = performance.now();
    run.kill(signal);
    expect((await run.end()).code).toBe(0);
    expect(performance.now() - from).toBeLessThan(STOPPED_WITHIN_MS);
    expect(processesOf(folder)).toEqual([]);
    expect(await answeringPorts()).toEqual([]);
  };

  /** Services carry nothing of the folder in their command lines: whether they run is seen by their ports. */
  const answeringPorts = async (): Promise<readonly string[]> => {
    const numbers = ports.filter((text) => /^\d+$/.test(text));
    const answers = await Promise.all(
      numbers.map(async (port) => {
        const socket = connect(Number(port), '127.0.0.1');
        const isOpen = await Promise.race([
          once(socket, 'connect').then(() => true),
          once(socket, 'close').then(() => false),
        ]).catch(() => false);
        socket.destroy();
        return isOpen;
      }),
    );
    return numbers.filter((_, index) => answers[index]);
  };

  const pidOf = (service: string): number =>
    (JSON.parse(readFileSync(join(folder, 'run', `${service}.child.json`), 'utf8')) as { pid: number }).pid;

  const startsAgain = async (run: StartProcess, service: string): Promise<void> => {
    const killed = pidOf(service);
    process.kill(killed, 'SIGKILL');
    await eventually(() => run.stdout.includes(`${service} (pid ${killed}) ended by SIGKILL; it is started again`), {
      what: 'the word that it is started again',
    });
    const pid = await eventually(() => (pidOf(service) === killed ? null : pidOf(service)), {
      what: `a new ${service}`,
    });
    expect(pid).not.toBe(killed);
  };

  const replayed = (run: StartProcess): Promise<boolean> =>
    eventually(() => run.stdout.includes('The replay is at its end'), {
      what: 'the end of the replay',
      timeoutMs: STARTED_WITHIN_MS,
    });

  /** Runs `pitwall` against this demo until it exits with 0: spans and decisions take a moment. */
  const answers = (command: readonly string[]): Promise<boolean> =>
    eventually(
      () => {
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          ['scripts/pitwall.mjs', ...command, '--data', folder],
          {
            cwd: ROOT,
            // The stack of the other tests is not the demo's.
            env: environmentOfItsOwn(),
            encoding: 'utf8',
          },
        );
        if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
        return stdout.length > 0;
      },
      { what: `pitwall ${command.join(' ')}`, timeoutMs: 20_000, everyMs: 500 },
    );

  it(
    'says what is where, answers to every command of the documents, and stops everything on Ctrl-C',
    async () => {
      const run = start('--events', '300', '--speed', 'max', '--trace-ratio', '1');
      await replayed(run);
      expect(run.stdout).toContain('What is where');
      expect(run.stdout).toMatch(/npm run -s pitwall -- publish/);
      const url = /curl -s '(\S+\/decisions\/\S+)'/.exec(run.stdout)?.[1] ?? '';
      const decision = await eventually(
        async () => {
          const answer = await fetch(url);
          return answer.ok ? ((await answer.json()) as { result: { decision: string } }) : null;
        },
        { what: `an answer of ${url}`, timeoutMs: 20_000 },
      );
      expect(['intervene', 'proceed']).toContain(decision.result.decision);
      expect(documentedCommands().length).toBeGreaterThanOrEqual(10);
      for (const command of documentedCommands()) await answers(command);
      await stopped(run, 'SIGINT');
    },
    LONG_MS,
  );

  it('goes on after the last replayed event, a second start names the first, and a killed service is started again', async () => {
    const before = next();
    const run = start('--events', '200', '--speed', 'max');
    await replayed(run);
    expect(run.stdout).toContain('Going on after 2013-04-01');
    expect(next().flight).toBe(before.flight + 200);
    expect(next().label).toBeGreaterThan(before.label);
    const second = start('--no-replay');
    expect((await second.end()).code).toBe(1);
    expect(second.stderr).toContain(`pid ${run.pid}`);
    await startsAgain(run, 'results');
    await stopped(run, 'SIGTERM');
  });

  it('leaves nothing running when it is killed in the middle of the replay', async () => {
    const before = next().flight;
    const run = start('--speed', '36000');
    await eventually(() => next().flight > before, { what: 'progress', timeoutMs: STARTED_WITHIN_MS });
    run.kill('SIGKILL');
    await run.end();
    await eventually(() => processesOf(folder).length === 0, { what: 'the end of all processes', timeoutMs: 20_000 });
    expect(await answeringPorts()).toEqual([]);
  });
});
