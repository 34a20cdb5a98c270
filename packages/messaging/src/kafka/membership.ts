import type { Assignment } from '../port.js';

let lastAssignmentId = 0;

/** What holds from one join of the group to the next. */
export class Membership {
  readonly id = (lastAssignmentId += 1);
  acknowledgedAt = performance.now();
  /** The group is about to be dealt anew: batches in hand are finished, no other is begun. */
  ending = false;
  /** Its partitions may be somebody else's. */
  isLost = false;
  private readonly assignments = new Map<string, Assigned>();
  private readonly committed = new Map<string, Promise<ReadonlyMap<number, CommittedOffset>>>();

  constructor(private readonly sessionTimeoutMs: number) {}

  /** Its partitions may be somebody else's from now on. */
  lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    for (const { end } of this.assignments.values()) end.abort();
  }

  /** What is held of a partition; null before the first question. */
  assignmentOf(topic: string, partition: number): Assignment | null {
    return this.assignments.get(`${topic} ${partition}`)?.assignment ?? null;
  }

  /** Keeps the assignment of a partition that is made with a signal of its end: one of its own, since each has many listeners. */
  assign(topic: string, partition: number, make: (ended: AbortSignal) => Assignment): Assignment {
    const end = new AbortController();
    const assignment = make(end.signal);
    this.assignments.set(`${topic} ${partition}`, { assignment, end });
    if (this.isLost) end.abort();
    return assignment;
  }

  isHeld = (): boolean => !this.isLost && performance.now() - this.acknowledgedAt < this.sessionTimeoutMs;

  /** What is committed of a topic, asked once. */
  committedOf(
    topic: string,
    ask: () => Promise<ReadonlyMap<number, CommittedOffset>>,
  ): Promise<ReadonlyMap<number, CommittedOffset>> {
    let asked = this.committed.get(topic);
    if (asked === undefined) {
      asked = ask();
      this.committed.set(topic, asked);
      asked.catch(() => this.committed.delete(topic));
    }
    return asked;
  }
}

interface Assigned {
  readonly assignment: Assignment;
  readonly end: AbortController;
}

/** An offset as a group has committed it. */
export interface CommittedOffset {
  readonly offset: number;
  readonly metadata: string | null;
}
