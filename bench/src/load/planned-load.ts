import { defaultSource, type ReasonCode } from '@pitwall/contracts';
import {
  type Draft,
  draftOf,
  feedbackRecord,
  type Flight,
  FlightPlan,
  type PlannedRecord,
  type ProducedPipeline,
  type Random,
  randomAt,
  rawRecord,
  wholeBelow,
} from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';
import type { LoadSpec } from './load-spec.js';
import { withTrace } from './produced-trace.js';

/** How a record may end: the reason of a dead letter, or null for decided or a duplicate. */
export type Ending = ReasonCode | null;

/** A record to send, and what is to become of it. */
export type LoadRecord =
  | { readonly kind: 'event'; readonly record: OutboundRecord; readonly endings: readonly Ending[] }
  /** Feedback: a label that is to be joined with its decision. */
  | { readonly kind: 'label'; readonly record: OutboundRecord };

/** What a load is made for. */
export interface LoadPlan {
  readonly flights: AsyncIterable<Flight>;
  readonly spec: LoadSpec;
  readonly pipeline: ProducedPipeline;
  readonly seed: number;
}

const HOT_ENTITY = 'N-HOT';
/** Streams of random numbers beside those of the replay's noise. */
const DRESS_STREAM = 11;
const COMPANY_STREAM = 12;
const TRACE_STREAM = 13;

/** Records in the order of sending, without end; those of one turn of the generator belong together. */
export async function* planLoad({ flights, spec, pipeline, seed }: LoadPlan): AsyncGenerator<readonly LoadRecord[]> {
  const dressed = dress(flights, spec, seed);
  const company = new Company(spec, pipeline);
  const plan = new FlightPlan({ ...spec, seed });
  for await (const flight of dressed) {
    for (const planned of plan.turnOf(flight)) {
      if (planned.kind === 'poison' && isFreeOfPoison(flight, spec)) continue;
      const records = company.of(planned, randomAt(seed ^ COMPANY_STREAM, flight.index));
      yield spec.tracedShare === 0 ? records : traced(records, spec, randomAt(seed ^ TRACE_STREAM, flight.index));
    }
  }
}

function traced(records: readonly LoadRecord[], { tracedShare }: LoadSpec, random: Random): readonly LoadRecord[] {
  return records.map((one) =>
    one.kind === 'event' && random() < tracedShare ? { ...one, record: withTrace(one.record, random) } : one,
  );
}

/** Every other block of flights, beginning with the first. */
function isFreeOfPoison({ index }: Flight, { poisonBlockFlights }: LoadSpec): boolean {
  return poisonBlockFlights > 0 && Math.floor(index / poisonBlockFlights) % 2 === 0;
}

/** Gives flights another aircraft and some weight. */
async function* dress(flights: AsyncIterable<Flight>, spec: LoadSpec, seed: number): AsyncGenerator<Flight> {
  const padding = 'x'.repeat(spec.paddingBytes);
  for await (const flight of flights) {
    const isHot = randomAt(seed ^ DRESS_STREAM, flight.index)() < spec.hotShare;
    if (!isHot && padding === '') yield flight;
    else yield changed(flight, { ...(isHot && { tailnum: HOT_ENTITY }), ...(padding !== '' && { note: padding }) });
  }
}

function changed(flight: Flight, change: Readonly<Record<string, string>>): Flight {
  const text = JSON.stringify({ ...(JSON.parse(flight.text) as object), ...change });
  return { ...flight, entity: change['tailnum'] ?? flight.entity, text };
}

/** What is sent along with an event. */
class Company {
  constructor(
    private readonly spec: LoadSpec,
    private readonly pipeline: ProducedPipeline,
  ) {}

  of(planned: PlannedRecord, random: Random): readonly LoadRecord[] {
    if (planned.kind !== 'event') {
      // A duplicate of an event whose twin has won is refused as the event is.
      return [this.event(planned.draft, planned.expectedReason === null ? [null] : [planned.expectedReason])];
    }
    const { reusedIdShare, twinShare, labelShare } = this.spec;
    const [reuse, twin, label, order] = [random(), random(), random(), random()];
    const flight = flightOf(planned);
    const isTwin = twin < twinShare;
    const events = [
      this.event(planned.draft, isTwin ? [null, 'id_reused'] : [null]),
      ...(reuse < reusedIdShare ? [this.event(draftOf(changed(flight, { note: 'other' })), ['id_reused'])] : []),
      ...(isTwin ? [this.event(draftOf(changed(flight, { tailnum: twinOf(random) })), [null, 'id_reused'])] : []),
    ];
    if (label >= labelShare) return events;
    return order < 0.5 ? [this.label(flight, random), ...events] : [...events, this.label(flight, random)];
  }

  private event(draft: Draft, endings: readonly Ending[]): LoadRecord {
    const { refusedAtFirst } = this.spec;
    const all = refusedAtFirst === null ? endings : [...endings, refusedAtFirst];
    return { kind: 'event', record: rawRecord(draft, this.pipeline), endings: all };
  }

  private label(flight: Flight, random: Random): LoadRecord {
    const fields = {
      kind: 'label',
      id: flight.id,
      source: defaultSource(this.pipeline.name),
      label: random() < 0.25,
      observedAt: new Date(flight.eventTimeMs).toISOString(),
      labelSource: 'airport',
      revision: 1,
    };
    const value = Buffer.from(JSON.stringify(fields));
    const planned = { kind: 'label', entity: flight.entity, value, expected: 'joined' } as const;
    return { kind: 'label', record: feedbackRecord(planned, this.pipeline) };
  }
}

/** The flight of an event, whose turn may be another's. */
function flightOf({ turn, draft }: PlannedRecord): Flight {
  const { id, entity, eventTimeMs, value } = draft;
  return { index: turn.index, id, entity, eventTimeMs, text: String(value) };
}

function twinOf(random: Random): string {
  return `N-TWIN-${wholeBelow(random, 1000)}`;
}
