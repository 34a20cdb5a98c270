import type { TopicAdmin } from '@pitwall/messaging';
import { type Moment, resolveMoment } from '../commands/moment.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { iso } from '../output/words.js';
import type { Positions } from './positions.js';
import type { Selection } from './selection.js';

/** What of a topic is meant, as it is typed. */
export interface ReplayRangeOptions {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly eventTime?: true;
  readonly key?: string;
  readonly resume?: Positions;
}

/** Milliseconds since the epoch; `fromMs` null where the run goes on from positions. */
export interface Times {
  readonly fromMs: number | null;
  readonly toMs: number;
}

/** The times that are meant. @throws CommandFailure `usage` where they are not said, or twice, or the wrong way round */
export function timesOf(options: ReplayRangeOptions, now: Date): Times {
  const { from, to } = options;
  const fromMs = from === undefined ? null : resolveMoment(from, now);
  const toMs = to === undefined ? now.getTime() : resolveMoment(to, now);
  requireOneStart(options);
  if (fromMs === null || fromMs < toMs) return { fromMs, toMs };
  throw new CommandFailure(
    `Got a range from ${iso(fromMs)} to ${iso(toMs)}, expected the first to be before the second.`,
    EXIT.usage,
  );
}

/** A range of event times needs its beginning also where it is gone on with: by it the events are chosen. */
function requireOneStart({ from, eventTime, resume }: ReplayRangeOptions): void {
  const isStartNeeded = resume === undefined || eventTime === true;
  if (isStartNeeded && from === undefined) {
    throw new CommandFailure('From when on is not said: give --from <time>, such as --from 2h.', EXIT.usage);
  }
  if (!isStartNeeded && from !== undefined) {
    throw new CommandFailure(
      'Got --from and --resume, which both say where to begin; leave one of them away.',
      EXIT.usage,
    );
  }
}

/** Where to begin and to end in a topic. */
export async function positionsOf(
  admin: Pick<TopicAdmin, 'endOffsets' | 'offsetsAt' | 'startOffsets'>,
  topic: string,
  { options, times }: { readonly options: ReplayRangeOptions; readonly times: Times },
): Promise<{ readonly from: Positions; readonly to: Positions }> {
  const { eventTime, resume } = options;
  const { fromMs, toMs } = times;
  if (eventTime === true) {
    const to = await admin.endOffsets(topic);
    return { from: resume ?? (await admin.startOffsets(topic)), to };
  }
  const to = await admin.offsetsAt(topic, toMs);
  return { from: resume ?? (await admin.offsetsAt(topic, fromMs ?? toMs)), to };
}

/** Which records of the range are meant. */
export function selectionOf({ key, eventTime }: ReplayRangeOptions, { fromMs, toMs }: Times): Selection {
  return { key: key ?? null, eventTime: eventTime === true && fromMs !== null ? { fromMs, toMs } : null };
}
