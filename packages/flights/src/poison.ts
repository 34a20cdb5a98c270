import type { ReasonCode } from '@pitwall/contracts';
import type { Flight } from './flight.js';
import { type Random, wholeBelow } from './random.js';

/** An event as a producer would send it, before something goes wrong. */
export interface Draft {
  readonly id: string;
  /** The record key. */
  readonly entity: string;
  /** `ce_time`, milliseconds since the epoch. */
  readonly eventTimeMs: number;
  readonly value: Buffer | null;
  /** CloudEvents headers that differ from those of a good event, by name. */
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** One way in which a producer gets it wrong. Add one by adding a line to the list below. */
interface Poison {
  readonly name: string;
  /** What Pitwall is expected to say of it. */
  readonly reason: ReasonCode;
  readonly make: (flight: Flight, random: Random) => Draft;
}

const DEPTH = 10_000;
const TOO_LARGE_BYTES = 300 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** The event of a flight, as it stands in the data set. */
export function draftOf(flight: Flight): Draft {
  const { id, entity, eventTimeMs } = flight;
  return { id, entity, eventTimeMs, value: Buffer.from(flight.text), headers: {} };
}

/** As {@link draftOf}, with an id of its own and another value. */
function replaced(flight: Flight, name: string, value: Buffer | null): Draft {
  return { ...draftOf(flight), id: `${flight.id}~${name}`, value };
}

/** A flight of its own id with some fields changed; `undefined` takes a field away. */
function changed(flight: Flight, name: string, change: Fields): Draft {
  const fields = { ...(JSON.parse(flight.text) as Fields), flight_id: `${flight.id}~${name}`, ...change };
  return replaced(flight, name, Buffer.from(JSON.stringify(fields)));
}

/** As {@link changed}, then the JSON text itself is spoilt. */
function spoilt(flight: Flight, name: string, spoil: (text: string) => string): Draft {
  const draft = changed(flight, name, {});
  return { ...draft, value: Buffer.from(spoil(String(draft.value))) };
}

const withField = (field: string) => (text: string) => `${text.slice(0, -1)},${field}}`;

/** Every way, about equally frequent. All but `id-reused` have an id that no good event has. */
export const POISON: readonly Poison[] = [
  {
    name: 'cut-off',
    reason: 'not_json',
    make: (flight, random) =>
      spoilt(flight, 'cut-off', (text) => text.slice(0, 1 + wholeBelow(random, text.length - 1))),
  },
  {
    name: 'bytes',
    reason: 'not_json',
    make: (flight, random) =>
      replaced(flight, 'bytes', Buffer.from(Array.from({ length: 64 }, () => 0x80 + wholeBelow(random, 0x40)))),
  },
  {
    name: 'empty',
    reason: 'empty_value',
    make: (flight) => replaced(flight, 'empty', null),
  },
  {
    name: 'misspelt',
    reason: 'schema_violation',
    make: (flight) => changed(flight, 'misspelt', { carrier: undefined, carier: 'UA' }),
  },
  {
    name: 'wrong-type',
    reason: 'schema_violation',
    make: (flight) => changed(flight, 'wrong-type', { temp_f: 'warm', flight: 1.5, weekday: 'someday' }),
  },
  {
    name: 'forbidden-key',
    reason: 'json_forbidden_key',
    make: (flight) => spoilt(flight, 'forbidden-key', withField('"__proto__":{"isAdmin":true}')),
  },
  {
    name: 'deep',
    reason: 'json_too_deep',
    make: (flight) => spoilt(flight, 'deep', withField(`"note":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`)),
  },
  {
    name: 'many-keys',
    reason: 'json_too_many_keys',
    make: (flight) => changed(flight, 'many-keys', { note: Array.from({ length: DEPTH + 1 }, () => 0) }),
  },
  { name: 'nul', reason: 'text_not_storable', make: (flight) => changed(flight, 'nul', { note: 'before\u0000after' }) },
  {
    name: 'impossible',
    reason: 'rejected_by_rule',
    make: (flight) => changed(flight, 'impossible', { distance_mi: 999_999 }),
  },
  {
    name: 'large',
    reason: 'too_large',
    make: (flight) => changed(flight, 'large', { note: 'x'.repeat(TOO_LARGE_BYTES) }),
  },
  {
    name: 'other-type',
    reason: 'unsupported_type',
    make: (flight) => ({ ...changed(flight, 'other-type', {}), headers: { ce_type: Buffer.from('train.departed') } }),
  },
  {
    name: 'bad-header',
    reason: 'invalid_header',
    make: (flight) => ({ ...changed(flight, 'bad-header', {}), headers: { ce_id: Buffer.from([0xc3, 0x28]) } }),
  },
  {
    name: 'id-reused',
    reason: 'id_reused',
    make: (flight) => ({
      ...changed(flight, 'id-reused', { flight_id: flight.id, note: 'other content' }),
      id: flight.id,
    }),
  },
];
