import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Codec, type ForeignMessage, startForeignProducer } from '@pitwall/testing';

/** Publishes with an unchanged kafkajs; resolves when all are acknowledged, and rejects with what the broker has against it. */
export async function publishPlainly(
  to: { readonly brokers: readonly string[]; readonly topic: string; readonly codec?: Codec },
  messages: readonly ForeignMessage[],
): Promise<void> {
  const producer = startForeignProducer(to.brokers);
  try {
    await producer.send({ topic: to.topic, codec: to.codec ?? 'none', messages });
  } finally {
    await producer.close();
  }
}

/** Sets a group that has no members back to the start of a topic. */
export async function rewindGroup(group: {
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly topic: string;
  readonly partitions: number;
}): Promise<void> {
  await run('rewind-group.mjs', group);
}

/** Runs a program beside this file with a JSON document as its input. */
async function run(program: string, input: unknown): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  });
  const problem = text(child.stderr);
  child.stdin.end(JSON.stringify(input));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${await problem}`);
}
