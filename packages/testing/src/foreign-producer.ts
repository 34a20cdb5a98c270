import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a producer may pack its batches. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** One of {@link CODECS}. */
export type Codec = (typeof CODECS)[number];

/** A message as a producer in another language writes it. */
export interface ForeignMessage {
  readonly key?: Buffer | string | null;
  /** That of the key unless given. */
  readonly partition?: number;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, Buffer | string>>;
}

/** Messages of one topic that are sent, and packed, together. */
export interface ForeignSend {
  readonly topic: string;
  readonly codec: Codec;
  readonly messages: readonly ForeignMessage[];
}

/** A producer that knows nothing of Pitwall. */
export interface ForeignProducer {
  /** Resolves when all are acknowledged, rejects with what the broker has against it. One at a time. */
  send(batch: ForeignSend): Promise<void>;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../programs/foreign-producer.mjs', import.meta.url));

interface Answer {
  readonly id: number;
  readonly problem: string | null;
}

/**
 * Starts an unchanged kafkajs, in a process of its own: the one in here has parts of Pitwall's own. It connects with the first
 * send and ends with this process.
 */
export function startForeignProducer(brokers: readonly string[]): ForeignProducer {
  const child = fork(PROGRAM, [...brokers], {
    serialization: 'advanced',
    env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    // It warns of a defect of its timers.
    execArgv: ['--no-warnings'],
  });
  const ended = once(child, 'exit');
  let sends = 0;
  return {
    send: async (batch) => {
      const id = (sends += 1);
      const answer = answerTo(child, id);
      child.send({ id, ...batch });
      const problem = await Promise.race([answer, ended.then(([code]) => `it ended with ${String(code)}`)]);
      if (problem !== null) throw new Error(`The foreign producer could not send: ${problem}`);
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** @returns null, or what went wrong */
function answerTo(child: ChildProcess, id: number): Promise<string | null> {
  return new Promise((resolve) => {
    const take = (answer: Answer): void => {
      if (answer.id !== id) return;
      child.off('message', take);
      resolve(answer.problem);
    };
    child.on('message', take);
  });
}
