import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError, resultsTopic } from '@pitwall/contracts';
import type { Flight } from '@pitwall/flights';
import type { TopicAdmin } from '@pitwall/messaging';
import { gatherAccount, LAWS, sentenceOf } from '@pitwall/oracle';
import { describeLags, SERVICES, serviceUrl, waitUntilQuiet } from '@pitwall/platform';
import type { ChildExit } from '@pitwall/stack';
import { usageOf } from '../benchmark/usage.js';
import { flightsWithoutEnd } from '../load/flights-without-end.js';
import { type BenchPlatform, startBenchPlatform, startServices } from '../world/bench-platform.js';
import type { OverloadOptions } from './options.js';
import { type HttpAnswers, pressHttp, pressKafka } from './pressing.js';
import { NO_FEEDBACK, SentLedger } from './sent-ledger.js';

/** What the run works with. */
export interface OverloadRun {
  readonly options: OverloadOptions;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** What was measured. */
export interface OverloadNumbers {
  /** Results a second while only what waited was drained. */
  readonly calibratedPerSecond: number;
  /** Acknowledged events a second under pressure, over both ways. */
  readonly pressedPerSecond: number;
  readonly seconds: number;
  readonly sent: number;
  readonly http: HttpAnswers;
  /** Events without a result when the pressing ended. */
  readonly backlog: number;
  readonly drainedPerSecond: number;
  /** Most that was ever resident, by service; empty where the system does not say. */
  readonly peaks: readonly { readonly name: string; readonly bytes: number }[];
  /** What the oracle has against the run. */
  readonly findings: readonly string[];
}

/** What Node takes for its heap in a container of 384 MiB. A service whose memory grew with what waits would die of it. */
const LITTLE_MEMORY = { NODE_OPTIONS: '--max-old-space-size=192' };
const LOOK_EVERY_MS = 250;
const QUIET_BASE_MS = 120_000;
const QUIET_PER_EVENT_MS = 10;
const SAY_EVERY_MS = 5_000;

/** Calibrates, presses, drains and judges. Rejects where a child ends in the middle of it. */
export async function runOverload(run: OverloadRun): Promise<OverloadNumbers> {
  const ended = Promise.withResolvers<never>();
  const onExit = (exit: ChildExit): void => {
    if (!exit.expected) ended.reject(diedOfIt(exit));
  };
  const platform = await startBenchPlatform({ ...run, onExit });
  const admin = await platform.client.admin();
  try {
    return await Promise.race([new Overload(run, platform, admin).measure(), ended.promise]);
  } finally {
    await admin.close();
    await platform.stop();
  }
}

class Overload {
  private readonly ledger = new SentLedger();
  private readonly flights: AsyncIterator<Flight, never>;

  constructor(
    private readonly run: OverloadRun,
    private readonly platform: BenchPlatform,
    private readonly admin: TopicAdmin,
  ) {
    this.flights = flightsWithoutEnd(platform.pipeline.folder);
  }

  async measure(): Promise<OverloadNumbers> {
    const { options, print } = this.run;
    const calibratedPerSecond = await this.calibrate();
    print(`Drained at ${Math.round(calibratedPerSecond)} events/s; now ${options.times} times that…`);
    const pressed = await this.press(calibratedPerSecond * options.times);
    const backlog = this.ledger.count - (await this.results());
    const drainedPerSecond = await this.drainRate();
    await this.becomeQuiet();
    const usage = usageOf(this.platform.stack);
    const peaks = SERVICES.flatMap(({ name }) => {
      const bytes = usage.get(name)?.peakBytes;
      return bytes === undefined ? [] : [{ name, bytes }];
    });
    const services = [...this.platform.stack.services.services.values()];
    await Promise.all(services.map((service) => service.stop()));
    print('Checking every record…');
    return { calibratedPerSecond, ...pressed, backlog, drainedPerSecond, peaks, findings: await this.findings() };
  }

  /** Ingestion comes last: no stage has a head start on the backlog. */
  private async calibrate(): Promise<number> {
    const { options, signal, print } = this.run;
    print(`Sending ${options.events} events to be drained…`);
    await this.toKafka(Infinity, () => this.ledger.count >= options.events || signal.aborted);
    await startServices(this.platform, ['inference', 'results', 'monitoring'], () => LITTLE_MEMORY);
    await startServices(this.platform, ['ingestion'], () => LITTLE_MEMORY);
    const rate = await this.drainRate();
    await this.becomeQuiet();
    return rate;
  }

  private async press(rate: number): Promise<Pick<OverloadNumbers, 'pressedPerSecond' | 'seconds' | 'sent' | 'http'>> {
    const { options, signal } = this.run;
    const { pipeline, stack } = this.platform;
    const startedAt = performance.now();
    const isOver = (): boolean => signal.aborted || performance.now() - startedAt >= options.seconds * 1_000;
    const url = `${serviceUrl('ingestion', stack.ports)}/v1/pipelines/${pipeline.name}/events`;
    const { flights, ledger } = this;
    const [ofKafka, http] = await Promise.all([
      this.toKafka(rate, isOver),
      pressHttp({ flights, ledger, isOver }, url),
    ]);
    const seconds = (performance.now() - startedAt) / 1_000;
    const sent = ofKafka + http.accepted;
    return { pressedPerSecond: sent / seconds, seconds, sent, http };
  }

  private async toKafka(rate: number, isOver: () => boolean): Promise<number> {
    const { flights, ledger, platform } = this;
    const publisher = await platform.client.publisher();
    try {
      return await pressKafka({ flights, ledger, isOver }, { rate, publisher, pipeline: platform.pipeline });
    } finally {
      await publisher.close();
    }
  }

  /** Results a second, from the first that comes from now on until there is one of every event. */
  private async drainRate(): Promise<number> {
    const before = await this.results();
    let first = { at: performance.now(), results: before };
    for (;;) {
      this.run.signal.throwIfAborted();
      const results = await this.results();
      const at = performance.now();
      if (first.results === before && results > before) first = { at, results };
      if (results >= this.ledger.count) return ((results - first.results) * 1_000) / Math.max(at - first.at, 1);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Records of the results topic; copies among them are rare. */
  private async results(): Promise<number> {
    const ends = await this.admin.endOffsets(resultsTopic.name(this.platform.pipeline.name));
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  }

  private async becomeQuiet(): Promise<void> {
    const { signal, print } = this.run;
    let saidAt = performance.now();
    await waitUntilQuiet({
      admin: this.admin,
      pipeline: this.platform.pipeline.name,
      timeoutMs: QUIET_BASE_MS + QUIET_PER_EVENT_MS * this.ledger.count,
      signal,
      onLag: (lags) => {
        if (performance.now() - saidAt < SAY_EVERY_MS) return;
        saidAt = performance.now();
        print(describeLags(lags));
      },
      monotonicMs: () => performance.now(),
      sleep: (ms) => sleep(ms),
    });
    signal.throwIfAborted();
  }

  private async findings(): Promise<readonly string[]> {
    const { client, stack, pipeline } = this.platform;
    const account = await gatherAccount({
      client,
      databaseUrl: stack.databaseUrl,
      definition: pipeline,
      sent: this.ledger,
      sentFeedback: NO_FEEDBACK,
      traces: null,
    });
    return LAWS.flatMap((law) => law.findings(account).map((finding) => `${law.code}: ${sentenceOf(finding)}`));
  }
}

function diedOfIt({ name, code, signal }: ChildExit): PitwallError {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  return new PitwallError(`${name} ended ${how}: it did not stand the overload.`, { code: 'child_ended' });
}
