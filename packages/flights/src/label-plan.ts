import type { ReasonCode } from '@pitwall/contracts';
import { BAD_FEEDBACK, type LabelFields } from './bad-feedback.js';
import { Delayed } from './delayed.js';
import type { Flight } from './flight.js';
import type { Label } from './label.js';
import { type Random, randomAt, wholeBelow } from './random.js';

/** How much noise a replay adds to the labels, each from 0 to 1, per label. */
export interface LabelNoise {
  readonly seed: number;
  /** Wrong at first, and corrected by a second revision, see {@link CORRECTED_AFTER_MS}. */
  readonly correctedShare: number;
  /** Sent again, see {@link REPEATED_AFTER_MS}. */
  readonly repeatedShare: number;
  /** Followed by a label of an event that was never sent. */
  readonly orphanShare: number;
  /** Followed by a record that is no label. */
  readonly badShare: number;
}

/** The noise of the demo: what comes back from an airport. */
export const LABEL_NOISE = {
  correctedShare: 0.01,
  repeatedShare: 0.02,
  orphanShare: 0.003,
  badShare: 0.003,
} as const satisfies Omit<LabelNoise, 'seed'>;

const MINUTE_MS = 60_000;

/** When the correction of a label becomes known, counted from the label. */
const CORRECTED_AFTER_MS = { from: 10 * MINUTE_MS, to: 360 * MINUTE_MS } as const;

/** When a label is sent again, counted from the first time. */
const REPEATED_AFTER_MS = { from: MINUTE_MS, to: 120 * MINUTE_MS } as const;

/** Who observes whether a flight is late. */
const LABEL_SOURCE = 'airport';

/**
 * What is expected to become of feedback: its label is joined with its decision, or a later revision takes its place; it says
 * what was said before; it waits for a decision that never comes; or the reason why it cannot be taken.
 */
export type FeedbackEnding = 'joined' | 'superseded' | 'duplicate' | 'waiting' | ReasonCode;

/** One record to publish on the feedback topic, in the order of publishing. */
export interface PlannedFeedback {
  readonly kind: 'label' | 'wrong' | 'correction' | 'repeated' | 'orphan' | 'bad';
  /** The record key. */
  readonly entity: string;
  readonly value: Buffer | null;
  readonly expected: FeedbackEnding;
}

type KnownLabel = Label & { readonly isLate: boolean };

function isKnown(label: Label): label is KnownLabel {
  return label.isLate !== null;
}

/** Streams of random numbers beside those of the events. */
const LABEL_STREAM = 3;
const BESIDE_STREAM = 4;

/**
 * Makes messages of labels and mixes noise into them. The choices hang on the seed and the label's line alone, so a replay that
 * goes on in the middle sends what one that never stopped would have, provided that it is given the labels of the last hours
 * ({@link CORRECTED_AFTER_MS}) again: what it makes of these is not sent, only what is still to come of them.
 */
export class LabelPlan {
  readonly #noise: LabelNoise;
  readonly #source: string;
  readonly #delayed = new Delayed<PlannedFeedback>();

  /** `source` is the one of all events. */
  constructor(noise: LabelNoise, source: string) {
    this.#noise = noise;
    this.#source = source;
  }

  /** The records of a label's turn; `flight` is null where the replay did not send it. Ask for each label once, in their order. */
  turnOf(label: Label, flight: Flight | null): readonly PlannedFeedback[] {
    const released = this.#delayed.takeDue(label.knownMs);
    if (flight === null || !isKnown(label)) return released;
    return [...released, ...this.#ownOf(label, flight)];
  }

  /** What is still to come when there are no more labels. */
  rest(): readonly PlannedFeedback[] {
    return this.#delayed.takeDue(Infinity);
  }

  #ownOf(label: KnownLabel, { entity }: Flight): readonly PlannedFeedback[] {
    const { seed, correctedShare, repeatedShare } = this.#noise;
    const random: Random = randomAt(seed ^ LABEL_STREAM, label.index);
    const choice = random();
    const fields = this.#fieldsOf(label);
    if (choice < correctedShare) {
      const wrong: LabelFields = { ...fields, label: !fields.label };
      this.#scheduleCorrection(fields, { entity, atMs: label.knownMs + between(random, CORRECTED_AFTER_MS) });
      return [planned('wrong', wrong, { entity, expected: 'superseded' }), ...this.#beside(label, wrong, entity)];
    }
    const own = planned('label', fields, { entity, expected: 'joined' });
    if (choice < correctedShare + repeatedShare) {
      const repeated: PlannedFeedback = { ...own, kind: 'repeated', expected: 'duplicate' };
      this.#delayed.add(label.knownMs + between(random, REPEATED_AFTER_MS), repeated);
    }
    return [own, ...this.#beside(label, fields, entity)];
  }

  #fieldsOf({ flightId, knownMs, isLate }: KnownLabel): LabelFields {
    const observedAt = new Date(knownMs).toISOString();
    const about = { kind: 'label', id: flightId, source: this.#source } as const;
    return { ...about, label: isLate, observedAt, labelSource: LABEL_SOURCE, revision: 1 };
  }

  #scheduleCorrection(fields: LabelFields, { entity, atMs }: { readonly entity: string; readonly atMs: number }): void {
    const correction: LabelFields = { ...fields, observedAt: new Date(atMs).toISOString(), revision: 2 };
    this.#delayed.add(atMs, planned('correction', correction, { entity, expected: 'joined' }));
  }

  /** What is sent right after a label and is none of its flight. */
  #beside({ index }: Label, fields: LabelFields, entity: string): readonly PlannedFeedback[] {
    const { seed, orphanShare, badShare } = this.#noise;
    const random: Random = randomAt(seed ^ BESIDE_STREAM, index);
    const choice = random();
    if (choice < orphanShare) {
      const orphan: LabelFields = { ...fields, id: `${fields.id}~never` };
      return [planned('orphan', orphan, { entity, expected: 'waiting' })];
    }
    if (choice >= orphanShare + badShare) return [];
    const bad = BAD_FEEDBACK[wholeBelow(random, BAD_FEEDBACK.length)];
    return bad === undefined ? [] : [{ kind: 'bad', entity, value: bad.make(fields, random), expected: bad.reason }];
  }
}

function planned(
  kind: PlannedFeedback['kind'],
  fields: LabelFields,
  { entity, expected }: Pick<PlannedFeedback, 'entity' | 'expected'>,
): PlannedFeedback {
  return { kind, entity, value: Buffer.from(JSON.stringify(fields)), expected };
}

function between(random: Random, { from, to }: { readonly from: number; readonly to: number }): number {
  return from + wholeBelow(random, to - from + 1);
}
