import { Injectable, NotFoundException } from '@nestjs/common';
import type {
  DeadLetterEdit,
  DeadLetterEditRequest,
  DeadLetterGroupsView,
  DeadLettersView,
  DeadLetterView,
  DiscardRequest,
  DiscardView,
} from '@pitwall/contracts';
import { ProblemError } from '@pitwall/runtime';
import { redriveTargets } from '../redrives/redrive-target.js';
import { encodeCursor } from '../storage/page-cursor.js';
import { withinTime } from '../storage/within-time.js';
import { bytesOf, editView, groupView, summaryOf, viewOf } from './dead-letter-view.js';
import type { DeadLettersQuery, GroupsQuery } from './dead-letters-query.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { type Editable, EditsRepository } from './edits.repository.js';

/** What people can see of dead letters and do about single ones. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly deadLetters: DeadLettersRepository,
    private readonly edits: EditsRepository,
  ) {}

  async list(pipeline: string, query: DeadLettersQuery): Promise<DeadLettersView> {
    const rows = await withinTime(() => this.deadLetters.list(pipeline, query));
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const hasMore = rows.length > page.length && last !== undefined;
    return {
      pipeline,
      deadLetters: page.map(summaryOf),
      nextCursor: hasMore ? encodeCursor({ at: last.deadAt, id: last.deadLetterId }) : null,
    };
  }

  async groups(pipeline: string, query: GroupsQuery): Promise<DeadLetterGroupsView> {
    const rows = await withinTime(() => this.deadLetters.groups(pipeline, query));
    const { groups = 0, allCount = 0, allOpen = 0 } = rows[0] ?? {};
    return { pipeline, count: allCount, open: allOpen, groupCount: groups, groups: rows.map(groupView) };
  }

  /** Throws a `NotFoundException` where there is no such dead letter. */
  async find(pipeline: string, deadLetterId: string): Promise<DeadLetterView> {
    const row = await this.deadLetters.find(pipeline, deadLetterId);
    if (row === null) throw notFound(pipeline, deadLetterId);
    const [edits, discard] = [await this.edits.editsOf(deadLetterId), await this.edits.discardOf(deadLetterId)];
    return viewOf(row, { edits, discard });
  }

  /** Throws 404, 409 where an edit would have no effect, and 413 where the record would not fit into its topic any more. */
  async edit(pipeline: string, deadLetterId: string, request: DeadLetterEditRequest): Promise<DeadLetterEdit> {
    const { by, why } = request;
    const value = bytesOf(request.value);
    const edit = await this.edits.add({ pipeline, deadLetterId }, { by, why, value }, (editable) =>
      requireEditable(editable, pipeline, value.length),
    );
    if (edit === null) throw notFound(pipeline, deadLetterId);
    return editView(deadLetterId, edit);
  }

  /** Closes the open ones of a selection, or only counts them. */
  async discard(pipeline: string, { ids, filter, by, why, dryRun }: DiscardRequest): Promise<DiscardView> {
    const account = dryRun ? null : { by, why };
    const { open, closed } = await withinTime(() => this.edits.discard({ pipeline, ids, filter }, account));
    return { dryRun, discarded: open, closed };
  }
}

function requireEditable(
  { closedBy, sends, recordTopic, otherBytes }: Editable,
  pipeline: string,
  bytes: number,
): void {
  if (closedBy !== null) {
    throw new ProblemError(409, `The dead letter is closed (${closedBy}); an edit would never be sent.`);
  }
  if (sends !== null && sends > 0) {
    throw new ProblemError(
      409,
      'A redrive has sent the record already. If it dies again there is another dead letter: edit that one.',
    );
  }
  const target = redriveTargets(pipeline).find(({ topic }) => topic === recordTopic);
  if (target === undefined) {
    throw new ProblemError(409, `The record comes from ${recordTopic}, which no stage reads: it cannot be redriven.`);
  }
  if (bytes + otherBytes > target.maxBytes) {
    throw new ProblemError(
      413,
      `With ${bytes} bytes, and ${otherBytes} of key and headers, the record does not fit into ${recordTopic}; expected at most ${target.maxBytes} together.`,
    );
  }
}

function notFound(pipeline: string, deadLetterId: string): NotFoundException {
  return new NotFoundException(
    `There is no dead letter ${deadLetterId} in ${pipeline}. It may be on its way still: see the lag of results.`,
  );
}
