import type { Consumer } from 'kafkajs';

/** Who has paused a partition: the client, until its next try, or the consumer of the batches. */
type Cause = 'client' | 'consumer';

interface Paused {
  readonly topic: string;
  readonly partition: number;
  readonly causes: Set<Cause>;
}

/** Pauses partitions for more than one cause: each is resumed when the last cause is gone. */
export class PartitionGate {
  private readonly paused = new Map<string, Paused>();

  constructor(private readonly consumer: Pick<Consumer, 'pause' | 'resume'>) {}

  pause(topic: string, partition: number, cause: Cause): void {
    const key = `${topic} ${partition}`;
    const paused = this.paused.get(key) ?? { topic, partition, causes: new Set() };
    this.paused.set(key, paused);
    if (paused.causes.size === 0) this.consumer.pause([{ topic, partitions: [partition] }]);
    paused.causes.add(cause);
  }

  /** Takes a cause away from all partitions. */
  resumeAll(cause: Cause): void {
    for (const { topic, partition } of this.paused.values()) this.resume(topic, partition, cause);
  }

  resume(topic: string, partition: number, cause: Cause): void {
    const key = `${topic} ${partition}`;
    const paused = this.paused.get(key);
    if (paused?.causes.delete(cause) !== true || paused.causes.size > 0) return;
    this.paused.delete(key);
    this.consumer.resume([{ topic, partitions: [partition] }]);
  }
}
