import { Inject, Injectable } from '@nestjs/common';
import { inputAppendedAtOf, type Message } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, PIPELINES } from '@pitwall/runtime';
import { ATTR, histogram, METRIC } from '@pitwall/telemetry';

/** Why there is no score of an event that has waited longer than its pipeline's events live. */
export const EVENT_TOO_OLD = 'event_too_old';

const eventAge = histogram(METRIC.eventAge);
const MS_PER_S = 1_000;

interface AgesOfPipeline {
  readonly timeToLiveMs: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Measures how old events are when their turn comes, and says which are too old to be scored. */
@Injectable()
export class EventAgesService {
  private readonly byPipeline: ReadonlyMap<string, AgesOfPipeline>;

  constructor(
    @Inject(PIPELINES) pipelines: readonly Pick<PipelineDefinition, 'name' | 'event'>[],
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.byPipeline = new Map(
      pipelines.map(({ name, event }) => [
        name,
        { timeToLiveMs: event.timeToLiveMs ?? Infinity, attributes: { [ATTR.pipeline]: name } },
      ]),
    );
  }

  /** Measures each message; answers the positions of those that are too old, ascending. */
  measure(pipeline: string, messages: readonly Message[]): readonly number[] {
    const { timeToLiveMs, attributes } = this.byPipeline.get(pipeline) ?? UNKNOWN;
    const now = this.clock.now();
    const tooOld: number[] = [];
    for (let position = 0; position < messages.length; position += 1) {
      const ageMs = now - waitingSince(messages[position] as Message);
      // Of two machines the clocks may differ.
      eventAge.record(Math.max(ageMs, 0) / MS_PER_S, attributes);
      if (ageMs > timeToLiveMs) tooOld.push(position);
    }
    return tooOld;
  }
}

/** Only pipelines of this service are read. */
const UNKNOWN: AgesOfPipeline = { timeToLiveMs: Infinity, attributes: {} };

/**
 * Since when an event has waited: since the record that its features were made from was appended, which for an event that is
 * replayed is its new copy. Not since its origin, which tells how long ago somebody else decided, or did not. One that was redriven
 * has only waited since it was given back: features that are given back themselves tell when they were made first.
 */
function waitingSince({ record, redriveAttempt }: Message): number {
  if (redriveAttempt > 0) return record.appendedAt;
  return inputAppendedAtOf(record.headers) ?? record.appendedAt;
}
