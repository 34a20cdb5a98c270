import type { MemoryLog } from './memory-log.js';

/** An offset as it was committed. */
export interface MemoryCommit {
  readonly offset: number;
  readonly metadata: string | null;
}

/** What a group asks of its members. */
export interface MemoryMember {
  readonly topics: readonly string[];
  /** Gives all partitions back once the batches in hand are done. */
  revoke(): Promise<void>;
  assign(partitions: readonly { readonly topic: string; readonly partition: number }[]): void;
}

/** A consumer group: who is in it, who has which partition, and what is committed. */
export class MemoryGroup {
  readonly committed = new Map<string, MemoryCommit>();
  private readonly members: MemoryMember[] = [];
  private rebalancing: Promise<void> = Promise.resolve();

  constructor(private readonly log: MemoryLog) {}

  /** How many members it has. */
  get size(): number {
    return this.members.length;
  }

  join(member: MemoryMember): Promise<void> {
    this.members.push(member);
    return this.rebalance();
  }

  leave(member: MemoryMember): Promise<void> {
    const index = this.members.indexOf(member);
    if (index >= 0) this.members.splice(index, 1);
    return this.rebalance();
  }

  /** Everybody finishes what is in hand, then all partitions are dealt anew. One after another. */
  rebalance(): Promise<void> {
    this.rebalancing = this.rebalancing.then(() => this.deal());
    return this.rebalancing;
  }

  private async deal(): Promise<void> {
    const members = [...this.members];
    await Promise.all(members.map((member) => member.revoke()));
    const dealt = new Map(members.map((member) => [member, [] as { topic: string; partition: number }[]]));
    for (const topic of new Set(members.flatMap((member) => member.topics))) {
      const interested = members.filter((member) => member.topics.includes(topic));
      const count = this.log.describe(topic)?.partitions ?? 0;
      for (let partition = 0; partition < count; partition += 1) {
        const owner = interested[partition % interested.length];
        if (owner !== undefined) dealt.get(owner)?.push({ topic, partition });
      }
    }
    for (const [member, partitions] of dealt) member.assign(partitions);
  }
}

/** What a process that was killed is answered. */
export function silence(): Promise<never> {
  return new Promise(() => undefined);
}

/** The key of a partition in maps. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}
