import type { ReasonCode } from '@pitwall/contracts';
import { type Random, wholeBelow } from './random.js';

/** The fields of a label's message. */
export interface LabelFields {
  readonly kind: 'label';
  /** Id and source of the event. */
  readonly id: string;
  readonly source: string;
  readonly label: boolean;
  readonly observedAt: string;
  readonly labelSource: string;
  readonly revision: number;
}

/** One way in which a sender of labels gets it wrong. Add one by adding a line to the list below. */
interface BadFeedback {
  readonly name: string;
  /** What Pitwall is expected to say of it. */
  readonly reason: ReasonCode;
  /** What is sent right after this label. */
  readonly make: (label: LabelFields, random: Random) => Buffer | null;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Every way, about equally frequent. None of them is a label of the event that it names. */
export const BAD_FEEDBACK: readonly BadFeedback[] = [
  {
    name: 'cut-off',
    reason: 'invalid_feedback',
    make: (label, random) => {
      const text = JSON.stringify(label);
      return Buffer.from(text.slice(0, 1 + wholeBelow(random, text.length - 1)));
    },
  },
  { name: 'empty', reason: 'invalid_feedback', make: () => null },
  { name: 'kind-missing', reason: 'invalid_feedback', make: (label) => json({ ...label, kind: undefined }) },
  { name: 'event-missing', reason: 'invalid_feedback', make: (label) => json({ ...label, id: undefined }) },
  { name: 'label-missing', reason: 'invalid_feedback', make: (label) => json({ ...label, label: undefined }) },
  { name: 'minutes', reason: 'invalid_feedback', make: (label) => json({ ...label, label: 17 }) },
  { name: 'no-time', reason: 'invalid_feedback', make: (label) => json({ ...label, observedAt: 'this morning' }) },
  { name: 'no-revision', reason: 'invalid_feedback', make: (label) => json({ ...label, revision: -1 }) },
  {
    name: 'reason-missing',
    reason: 'invalid_feedback',
    make: ({ id, source, observedAt }) => json({ kind: 'action', id, source, action: 'overridden', at: observedAt }),
  },
  { name: 'cancelled', reason: 'unknown_outcome', make: (label) => json({ ...label, label: 'cancelled' }) },
  { name: 'contradiction', reason: 'label_conflict', make: (label) => json({ ...label, label: !label.label }) },
];
