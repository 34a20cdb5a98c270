import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetterSchema, deadLettersTopic, HEADER } from '@pitwall/contracts';
import { wholeBelow } from '@pitwall/flights';
import type { InboundRecord, LogReader, TopicAdmin, TopicRange } from '@pitwall/messaging';
import { deadlyEvent } from '../../load/deadly-event.js';
import type { Instance } from '../../world/crew.js';
import { DEADLY_MILES, type DeadlyWay } from '../../world/treacherous-definition.js';
import type { Fault, FaultContext, Injection } from './fault.js';
import { ModelWatch, timeBudgetMs } from './model-processes.js';

type DeadlyEvents = Extract<Fault, { kind: 'deadly-events' }>;

/** A record is tried for half a minute, and every try may cost a process, on a busy machine too. */
const GIVEN_UP_WITHIN_MS = 240_000;
const LOOK_EVERY_MS = 500;
const NUMBERS = 10 ** 8;

/** Sends events that the model does not survive, and waits until they are given up. */
export async function deadlyEvents(context: FaultContext, fault: DeadlyEvents): Promise<Injection> {
  const { crew, load, platform, random, timeline } = context;
  const [inference] = crew.instancesOf('inference');
  if (inference === undefined) throw new Error('There is no inference.');
  const deadly = fault.ways.map((way) => {
    const number = wholeBelow(random, NUMBERS);
    return { id: `deadly-${way}-${number}`, tailnum: `N-${number}`, miles: DEADLY_MILES[way] };
  });
  const ids = deadly.map(({ id }) => id);
  const pid = crew.pidOf(inference);
  const log = newLines(context, inference);
  const watch = new ModelWatch(pid);
  try {
    const sentAt = performance.now();
    await load.slipIn(deadly.flatMap((one) => deadlyEvent(one, platform.pipeline)));
    timeline.note(`sent ${ids.join(', ')}`);
    const open = await notGivenUp(context, ids);
    const [goneMs, ...further] = watch.goneAt.map((at) => Math.round(at - sentAt));
    const allowedMs = timeBudgetMs(context) + fault.beyondBudgetMs;
    return {
      what: `events that the model does not survive (${fault.ways.join(', ')}): gone after ${goneMs} ms, ${further.length} times more`,
      kills: watch.goneAt.length,
      fromMs: performance.now(),
      violations: [
        ...(goneMs === undefined ? ['No process of the model has ended: nothing was tried'] : []),
        ...(Number(goneMs) > allowedMs ? [`The model was gone after ${goneMs} ms, allowed are ${allowedMs} ms`] : []),
        ...open.map((id) => `${id} was not given up within ${GIVEN_UP_WITHIN_MS / 1000} s`),
        ...notEndedBy(fault.ways, log(), context),
        ...(crew.pidOf(inference) === pid ? [] : ['inference did not stay up']),
      ],
    };
  } finally {
    await watch.stop();
  }
}

/** What inference says of the end of a process: a try in which it ended in other ways has not tried this one. */
function notEndedBy(ways: readonly DeadlyWay[], log: string, { platform }: FaultContext): readonly string[] {
  const { timeBudgetMs: timeMs, memoryBudgetMb } = platform.pipeline.model;
  const words: Readonly<Record<DeadlyWay, string>> = {
    hang: `longer than its budget of ${timeMs} ms`,
    memory: `more than its budget of ${memoryBudgetMb} MB`,
    crash: 'signal SIGFPE',
  };
  return ways
    .filter((way) => !log.includes(words[way]))
    .map((way) => `No process of the model ended by "${words[way]}"`);
}

/** What an instance logs from now on; a log that has grown too long begins anew. */
function newLines({ platform }: FaultContext, { name }: Instance): () => string {
  const file = join(platform.stack.home, 'logs', `${name}.log`);
  const before = readFileSync(file).length;
  return () => {
    const bytes = readFileSync(file);
    return String(bytes.length < before ? bytes : bytes.subarray(before));
  };
}

/** Waits until there is a dead letter of each of these events. @returns those that have none within the time */
async function notGivenUp(
  { admin, platform, signal }: FaultContext,
  ids: readonly string[],
): Promise<readonly string[]> {
  const topic = deadLettersTopic.name(platform.pipeline.name);
  const open = new Set(ids);
  const reader = await platform.client.reader();
  const giveUpAt = performance.now() + GIVEN_UP_WITHIN_MS;
  try {
    let from = await admin.startOffsets(topic);
    while (open.size > 0 && performance.now() < giveUpAt) {
      const to = (await endsOrNull(admin, topic)) ?? from;
      for (const record of await recordsIn(reader, { topic, from, to }, signal)) open.delete(eventOf(record));
      from = to;
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
    return [...open];
  } finally {
    await reader.close();
  }
}

/** A broker that has too much to do refuses now and then: that is no answer yet. */
async function endsOrNull(admin: TopicAdmin, topic: string): Promise<TopicRange['to'] | null> {
  try {
    return await admin.endOffsets(topic);
  } catch {
    return null;
  }
}

async function recordsIn(reader: LogReader, range: TopicRange, signal: AbortSignal): Promise<readonly InboundRecord[]> {
  const all: InboundRecord[] = [];
  for await (const { records } of reader.read([range], signal)) all.push(...records);
  return all;
}

/** The id of the event that a dead letter is of; empty where nobody knows it. */
function eventOf({ headers }: InboundRecord): string {
  const value = headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
  return deadLetterSchema.parse(JSON.parse(String(value))).identity?.id ?? '';
}
