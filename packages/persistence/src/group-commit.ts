import { setImmediate as nextTurn } from 'node:timers/promises';
import { classifyPostgresError } from './postgres-errors.js';

/** How work is done in common. */
export interface GroupCommitOptions<Work, Result> {
  /**
   * Commits all of these in one transaction, and answers one result each, in order. Has to be repeatable: where it rejects,
   * each work of a group is done once more by itself.
   */
  readonly commit: (group: readonly Work[]) => Promise<readonly Result[]>;
  /** How much of a group's {@link maxSize} a work takes. */
  readonly sizeOf: (work: Work) => number;
  /** A group is closed before it would be larger; a work that is larger than this goes alone. */
  readonly maxSize: number;
}

/**
 * One transaction for what is ready in the same turn of the event loop, as the partitions of one fetch are: at a steady rate each
 * of them has a handful of rows, and a commit and its round trips cost as much for one partition as for all of them.
 *
 * What fails in a group does not harm the others of it: each is tried again in a transaction of its own, and has the outcome that
 * it would have had alone. Only while the database is away all of them are rejected at once.
 *
 * @example
 * const commits = new GroupCommit({ commit: (group) => store(group), sizeOf: ({ rows }) => rows.length, maxSize: 1_000 });
 * await commits.add({ rows });
 */
export class GroupCommit<Work, Result> {
  private waiting: Waiting<Work, Result>[] = [];

  constructor(private readonly options: GroupCommitOptions<Work, Result>) {}

  /** Resolves with the work's result when it is committed; rejects as `commit` does for it alone. */
  add(work: Work): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, resolve, reject });
      if (this.waiting.length === 1) void this.commitWaiting();
    });
  }

  private async commitWaiting(): Promise<void> {
    await nextTurn();
    const { waiting } = this;
    this.waiting = [];
    for (const group of this.groupsOf(waiting)) void this.commitGroup(group);
  }

  private groupsOf(waiting: readonly Waiting<Work, Result>[]): readonly Waiting<Work, Result>[][] {
    const { sizeOf, maxSize } = this.options;
    const groups: Waiting<Work, Result>[][] = [];
    let room = 0;
    for (const one of waiting) {
      const size = sizeOf(one.work);
      const group = groups.at(-1);
      if (group === undefined || size > room) {
        groups.push([one]);
        room = maxSize - size;
      } else {
        group.push(one);
        room -= size;
      }
    }
    return groups;
  }

  private async commitGroup(group: readonly Waiting<Work, Result>[]): Promise<void> {
    try {
      const results = await this.options.commit(group.map(({ work }) => work));
      for (const [at, { resolve }] of group.entries()) resolve(results[at] as Result);
    } catch (error) {
      if (group.length > 1 && classifyPostgresError(error) !== 'unavailable')
        for (const one of group) void this.commitGroup([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}

interface Waiting<Work, Result> {
  readonly work: Work;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
