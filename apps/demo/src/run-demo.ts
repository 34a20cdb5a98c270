import { serviceUrl } from '@pitwall/platform';
import { writeAddressBook } from '@pitwall/provision';
import type { DemoConfig } from './config.js';
import { replayStart } from './flights/selection.js';
import type { DemoOptions } from './options.js';
import { type Platform, startPlatform } from './platform/platform.js';
import { addressBookOf, urlsOf, whereabouts } from './platform/whereabouts.js';
import { Pacer } from './replay/pacer.js';
import { readProgress, writeProgress } from './replay/progress.js';
import type { OutboundTurn } from './replay/replay.js';
import { replayFlights } from './replay/start-replay.js';
import { readDuplicates } from './watch/duplicates.js';
import { LiveDisplay, liveLine, type Screen } from './watch/live-line.js';
import { Tally } from './watch/tally.js';
import { watchOutcomes } from './watch/watch-outcomes.js';

/** What a demo has to work with. */
export interface DemoRun {
  readonly options: DemoOptions & { readonly dataFolder: string };
  readonly config: DemoConfig;
  readonly screen: Screen;
  /** The end was asked for. */
  readonly signal: AbortSignal;
  readonly onGivingUp: (name: string) => void;
}

const LOOK_EVERY_MS = 1_000;

/** Starts everything, says what is where, replays, and stays until the signal. */
export async function runDemo(run: DemoRun): Promise<void> {
  const { options, config, screen, signal, onGivingUp } = run;
  let print = (line: string): void => screen.write(`${line}\n`);
  const platform = await startPlatform({ ...options, config, signal, onGivingUp, print: (line) => print(line) });
  try {
    if (signal.aborted) return;
    writeAddressBook(platform.stack.home, addressBookOf(platform, new Date()));
    platform.stack.announce(urlsOf(platform));
    print(whereabouts(platform));
    const { act } = platform.pipeline.decision;
    const tally = new Tally(act, () => performance.now());
    const pacer = new Pacer(options.speed, () => performance.now());
    let clock: () => number | null = () => pacer.eventTimeNowMs();
    const display = new LiveDisplay(screen, () => liveLine(tally.snapshot(clock()), platform.pipeline.decision));
    print = (line) => display.print(line);
    const outcomes = await watchOutcomes(platform, tally, print);
    const looking = lookForDuplicates(platform, tally);
    try {
      if (options.isReplayWanted) await replayLasting(platform, run, { tally, pacer, print });
      clock = () => null;
      await untilAborted(signal);
    } finally {
      clearInterval(looking);
      display.stop();
      print('Stopping…');
      // It may wait for a broker that is just being stopped; its membership times out by itself.
      void outcomes.stop().catch(() => undefined);
    }
  } finally {
    await platform.stop();
  }
}

function lookForDuplicates({ stack }: Platform, tally: Tally): NodeJS.Timeout {
  const url = serviceUrl('results', stack.ports);
  return setInterval(() => {
    void readDuplicates(url).then((count) => {
      if (count !== null) tally.duplicates(count);
    });
  }, LOOK_EVERY_MS);
}

interface Watching {
  readonly tally: Tally;
  readonly pacer: Pacer;
  readonly print: (line: string) => void;
}

async function replayLasting(
  platform: Platform,
  { options, signal }: DemoRun,
  { tally, pacer, print }: Watching,
): Promise<void> {
  const { stack, pipeline } = platform;
  const progress = readProgress(stack.home);
  const start = replayStart(options, progress);
  if (start.isContinued) print(`Going on after ${progress?.eventTime}, where the last replay stopped.`);
  const from = new Date(start.fromMs).toISOString();
  const onAcknowledged = (batch: readonly OutboundTurn[]): void => {
    tally.acknowledged(batch);
    const last = batch.at(-1)?.turn;
    if (last === undefined) return;
    const eventTime = new Date(last.atMs).toISOString();
    writeProgress(stack.home, { pipeline: pipeline.name, seed: start.seed, from, next: last.next, eventTime });
  };
  // With an end that was asked for the clock stops there; what is not known by then comes when the replay goes on.
  const labelsAfterEnd = options.events === null && options.toMs === null ? 'sent' : 'left';
  await replayFlights({ platform, options, pacer, start, labelsAfterEnd, signal, onAcknowledged, print });
  if (!signal.aborted) print('The replay is at its end. Everything stays up until Ctrl-C.');
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
