import type { ReasonCode } from '@pitwall/contracts';
import type { Noise } from '@pitwall/flights';
import type { Codec } from '@pitwall/testing';

/** What a producer sends, as data. Shares are from 0 to 1, per event. */
export interface LoadSpec extends Omit<Noise, 'seed'> {
  /** Poison comes in every other block of so many flights, to compare them; 0: always. */
  readonly poisonBlockFlights: number;
  /** Packed by a foreign producer, by one codec after the other; empty: sent by Pitwall's own client, not packed. */
  readonly codecs: readonly Codec[];
  /** Records a second. */
  readonly rate: number;
  /** Events that are about one and the same aircraft. */
  readonly hotShare: number;
  /** Bytes that every event carries besides what it says. */
  readonly paddingBytes: number;
  /** Followed at once by a record of the same id and key with other content: the first wins. */
  readonly reusedIdShare: number;
  /** Sent together with a record of the same id that is about another aircraft, so on another partition: one of them wins. */
  readonly twinShare: number;
  /** Sent with a trace context of the producer's, half of them sampled; the other events' traces begin in ingestion. */
  readonly tracedShare: number;
  /** How any event may end as well, for the time being: refused for this reason until it is redriven. */
  readonly refusedAtFirst: ReasonCode | null;
  /** Sent together with its label, which so may be read before the decision is there. */
  readonly labelShare: number;
}

/** A producer that makes no mistakes. Scenarios say what differs. */
export const STEADY: LoadSpec = {
  codecs: [],
  rate: 200,
  duplicateShare: 0,
  poisonShare: 0,
  poisonBlockFlights: 0,
  heldBackShare: 0,
  reorderedShare: 0,
  hotShare: 0,
  paddingBytes: 0,
  reusedIdShare: 0,
  twinShare: 0,
  labelShare: 0,
  tracedShare: 0,
  refusedAtFirst: null,
};
