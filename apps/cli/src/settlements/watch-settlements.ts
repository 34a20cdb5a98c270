import { setTimeout as sleep } from 'node:timers/promises';
import { deadLettersTopic, type KnownDecision, resultsTopic } from '@pitwall/contracts';
import type { MessagingClient, TopicAdmin, TopicRange } from '@pitwall/messaging';
import type { CommandContext } from '../commands/command.js';
import { closing } from '../connection/kafka.js';
import { CommandFailure } from '../exit-codes.js';
import { lookUpDecisions } from './look-up.js';
import type { Expected } from './settlement.js';
import type { Settlements } from './settlements.js';

/** Where results and dead letters end before anything is sent: what comes after may be about it. */
export type WatchStart = readonly TopicRange[];

/** Notes where to begin. */
export async function markStart(admin: TopicAdmin, pipeline: string): Promise<WatchStart> {
  const topics = [resultsTopic.name(pipeline), deadLettersTopic.name(pipeline)];
  return Promise.all(topics.map(async (topic) => ({ topic, from: await admin.endOffsets(topic), to: null })));
}

/** What to wait for, and how long. */
export interface SettlementWatch<Item extends Expected> {
  readonly pipeline: string;
  readonly start: WatchStart;
  readonly settlements: Settlements<Item>;
  /** Resolves when nothing more is sent, and so nothing more to be expected. */
  readonly sent: Promise<unknown>;
  /** Whether a decision that is looked up was taken from what was sent now. */
  readonly isOfNow: (item: Item, decision: KnownDecision) => boolean;
  /** How long to wait after the last was sent, milliseconds. */
  readonly timeoutMs: number;
}

/** A duplicate leaves nothing on the topics: now and then the service is asked. */
const LOOK_UP_EVERY_MS = 1_000;

/**
 * Follows results and dead letters until everything that was sent is settled, the time is over, or the end is asked for. A
 * record has to be expected before it is sent: its result may be there before its acknowledgement.
 */
export async function watchSettlements<Item extends Expected>(
  context: Pick<CommandContext, 'settings' | 'signal'>,
  client: MessagingClient,
  watch: SettlementWatch<Item>,
): Promise<void> {
  const done = new AbortController();
  const stop = AbortSignal.any([context.signal, done.signal]);
  let isSent = false;
  let timer: NodeJS.Timeout | undefined;
  const endWhenSettled = (): void => {
    if (isSent && watch.settlements.open.size === 0) done.abort();
  };
  const onSent = (): void => {
    isSent = true;
    timer = setTimeout(() => done.abort(), watch.timeoutMs);
    endWhenSettled();
  };
  // Whoever sends is told of his failures himself.
  void watch.sent.then(onSent, () => done.abort());
  const lookingUp = keepLookingUp({ ...context, signal: stop }, watch, endWhenSettled);
  try {
    await follow(client, watch, { stop, endWhenSettled });
  } finally {
    clearTimeout(timer);
    done.abort();
    await lookingUp;
  }
}

async function follow<Item extends Expected>(
  client: MessagingClient,
  { pipeline, start, settlements }: SettlementWatch<Item>,
  { stop, endWhenSettled }: { readonly stop: AbortSignal; readonly endWhenSettled: () => void },
): Promise<void> {
  const results = resultsTopic.name(pipeline);
  await closing(client.reader(), async (reader) => {
    for await (const { topic, records } of reader.read(start, stop)) {
      for (const record of records) {
        if (topic === results) settlements.result(record);
        else settlements.deadLetter(record);
      }
      endWhenSettled();
    }
  });
}

async function keepLookingUp<Item extends Expected>(
  context: Pick<CommandContext, 'settings' | 'signal'>,
  { pipeline, settlements, isOfNow }: SettlementWatch<Item>,
  endWhenSettled: () => void,
): Promise<void> {
  while (await isTimeToLook(context.signal)) {
    const items = [...settlements.open].flatMap((item) =>
      item.identity === null ? [] : [{ item, identity: item.identity }],
    );
    try {
      const found = await lookUpDecisions(
        context,
        pipeline,
        items.map(({ identity }) => identity),
      );
      items.forEach(({ item }, index) => {
        const decision = found[index] ?? null;
        if (decision !== null) settlements.known(item, decision, isOfNow(item, decision) ? 'now' : 'before');
      });
      endWhenSettled();
    } catch (error) {
      // Results may be starting again: the topics say it as well, and what nobody says stays open.
      if (!(error instanceof CommandFailure)) throw error;
    }
  }
}

async function isTimeToLook(signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(LOOK_UP_EVERY_MS, null, { signal });
    return true;
  } catch {
    // Everything is settled, or the time is over.
    return false;
  }
}
