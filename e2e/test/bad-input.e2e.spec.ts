import { eventsTopic, HEADER, type ReasonCode } from '@pitwall/contracts';
import { type Header, partitionFor, type Publisher } from '@pitwall/messaging';
import { type Codec, CODECS, eventually } from '@pitwall/testing';
import { aFlight, cloudEvent, flightMessage } from './flight-events.js';
import { publishPlainly } from './plain-kafka.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const WITHIN_MS = 20_000;
const DEPTH = 10_000;

/** The JSON text of a flight with a field more, written as it stands. */
const flightTextWith = (id: string, field: string): string =>
  `${JSON.stringify(aFlight({ flight_id: id })).slice(0, -1)},${field}}`;

interface BadCase {
  readonly name: string;
  readonly reason: ReasonCode;
  readonly value: (id: string) => Buffer | string | null;
}

const BAD: readonly BadCase[] = [
  { name: 'not-json', reason: 'not_json', value: () => '{"flight_id": ' },
  { name: 'not-utf-8', reason: 'not_json', value: () => Buffer.from([0x22, 0xff, 0xfe, 0x22]) },
  { name: 'tombstone', reason: 'empty_value', value: () => null },
  {
    name: 'violation',
    reason: 'schema_violation',
    value: (id) => JSON.stringify(aFlight({ flight_id: id, carrier: 7, dest: null })),
  },
  {
    name: 'missing',
    reason: 'schema_violation',
    value: (id) => JSON.stringify(aFlight({ flight_id: id, carrier: undefined })),
  },
  {
    name: 'timeless',
    reason: 'schema_violation',
    value: (id) => JSON.stringify(aFlight({ flight_id: id, event_time: undefined })),
  },
  { name: 'nan', reason: 'not_json', value: (id) => flightTextWith(id, '"note":NaN') },
  { name: 'infinite', reason: 'not_json', value: (id) => flightTextWith(id, '"note":1e999') },
  { name: 'proto', reason: 'json_forbidden_key', value: (id) => flightTextWith(id, '"__proto__":{"a":1}') },
  { name: 'constructor', reason: 'json_forbidden_key', value: (id) => flightTextWith(id, '"note":{"constructor":1}') },
  {
    name: 'deep',
    reason: 'json_too_deep',
    value: (id) => flightTextWith(id, `"note":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`),
  },
  { name: 'nul', reason: 'text_not_storable', value: (id) => flightTextWith(id, String.raw`"note":"a\u0000b"`) },
  { name: 'surrogate', reason: 'text_not_storable', value: (id) => flightTextWith(id, String.raw`"note":"\ud800"`) },
  { name: 'large', reason: 'too_large', value: (id) => flightTextWith(id, `"note":"${'x'.repeat(300 * 1024)}"`) },
];

describe('what a producer may get wrong', () => {
  let platform: TestPlatform;
  let publisher: Publisher;
  beforeAll(async () => {
    platform = await startTestPlatform();
    publisher = await platform.client.publisher();
  });
  afterAll(async () => {
    await publisher.close();
    await platform.stop();
  });

  const plainly = (messages: Parameters<typeof publishPlainly>[1], codec: Codec = 'none'): Promise<void> =>
    publishPlainly({ brokers: platform.brokers, topic: platform.eventsTopic, codec }, messages);

  /** Writes what no usual client can. */
  const rawly = (id: string, change: (headers: readonly Header[]) => readonly Header[]): Promise<void> => {
    const key = Buffer.from('N001XX');
    const headers = Object.entries(cloudEvent(platform, id)).map(([name, text]) => ({
      name,
      value: Buffer.from(text),
    }));
    const value = Buffer.from(JSON.stringify(aFlight({ flight_id: id })));
    const partition = partitionFor(key, platform.pipeline.partitions);
    return publisher.send([{ topic: platform.eventsTopic, partition, key, value, headers: change(headers) }]);
  };

  const decided = (id: string): Promise<unknown> =>
    eventually(() => platform.log.copiesOf(id).length > 0, { what: `the decision of ${id}`, timeoutMs: WITHIN_MS });

  const deadLetter = (id: string) =>
    eventually(() => platform.log.deadLettersOf(id)[0], { what: `the dead letter of ${id}`, timeoutMs: WITHIN_MS });

  it('is dead-lettered with its reason, and the good events of the same batch are decided', async () => {
    const messages = BAD.flatMap(({ name, value }) => [
      flightMessage(platform, `before-${name}`),
      { key: 'N001XX', value: value(name), headers: cloudEvent(platform, name) },
    ]);
    await plainly([...messages, flightMessage(platform, 'after-all')]);
    const letters = await Promise.all(BAD.map(({ name }) => deadLetter(name)));
    expect(letters.map(({ reason }, index) => [BAD[index]?.name, reason])).toEqual(
      BAD.map(({ name, reason }) => [name, reason]),
    );
    await Promise.all([...BAD.map(({ name }) => decided(`before-${name}`)), decided('after-all')]);
  });

  it('keeps the bytes and headers of the original, and lists every violation', async () => {
    const value = JSON.stringify(aFlight({ flight_id: 'kept', carrier: 7, dest: null, flight: 0 }));
    await plainly([{ key: 'N001XX', value, headers: cloudEvent(platform, 'kept', { 'x-mine': 'mine' }) }]);
    const letter = await deadLetter('kept');
    expect(letter.violations.map(({ pointer }) => pointer).toSorted()).toEqual(['/carrier', '/dest', '/flight']);
    expect(letter.violationCount).toBe(3);
    const record = platform.log.records.find((dead) => dead.value?.equals(Buffer.from(value)) === true);
    expect(String(record?.key)).toBe('N001XX');
    expect(record?.headers.find(({ name }) => name === 'x-mine')?.value).toEqual(Buffer.from('mine'));
    expect(record?.headers.at(-1)?.name).toBe(HEADER.deadLetter);
  });

  it('reads a 64-bit id and other integers of 64 bits', async () => {
    const flight = flightTextWith('long', '"more":9223372036854775807');
    await plainly([{ key: 'N001XX', value: flight, headers: cloudEvent(platform, '9223372036854775807') }]);
    await decided('9223372036854775807');
    const path = `/v1/pipelines/${platform.pipeline.name}/decisions/9223372036854775807`;
    expect((await fetch(`${platform.url('results')}${path}`)).status).toBe(200);
  });

  it('takes a plain event without any header', async () => {
    await plainly([{ key: 'N001XX', value: JSON.stringify(aFlight({ flight_id: 'no-headers' })) }]);
    expect(await decided('no-headers')).toBe(true);
  });

  it('refuses a CloudEvents header that is null, and lets a null header of others pass', async () => {
    await rawly('null-other', (headers) => [...headers, { name: 'x-null', value: null }]);
    await decided('null-other');
    await rawly('null-time', (headers) => [...headers, { name: HEADER.ceTime, value: null }]);
    const letter = await eventually(() => platform.log.deadLetters.find(({ reason }) => reason === 'invalid_header'), {
      what: 'the dead letter of the null header',
      timeoutMs: WITHIN_MS,
    });
    expect(letter.message).toContain('ce_time is null');
  });

  it('refuses headers that stand twice or are no text, and an id of 10 kB, and goes on', async () => {
    const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
    await rawly('twice', (headers) => [...headers, { name: HEADER.ceId, value: bytes(0x61) }]);
    await rawly('no-text', (headers) => [...headers, { name: HEADER.ceTime, value: bytes(0xff, 0xfe) }]);
    await plainly([
      { key: 'N001XX', value: JSON.stringify(aFlight()), headers: cloudEvent(platform, 'i'.repeat(10_000)) },
      flightMessage(platform, 'after-headers'),
    ]);
    await decided('after-headers');
    const messages = await eventually(
      () => {
        const found = platform.log.deadLetters.map(({ reason, message }) => `${reason}: ${message}`);
        const wanted = [
          /^invalid_header: .*ce_id stands 2 times/,
          /^invalid_header: .*ce_time is not UTF-8/,
          /^invalid_id: /,
        ];
        return wanted.every((pattern) => found.some((text) => pattern.test(text))) ? found : null;
      },
      { what: 'a dead letter of each', timeoutMs: WITHIN_MS },
    );
    expect(messages.filter((text) => text.startsWith('invalid_id'))).toHaveLength(1);
  });

  it('takes an event of the future where its times are history', async () => {
    await plainly([flightMessage(platform, 'future', { event_time: '2099-01-01T00:00:00Z' })]);
    expect(await decided('future')).toBe(true);
  });

  it('does not even take what is above the limit of the topic', async () => {
    const value = 'x'.repeat(eventsTopic.maxMessageBytes);
    await expect(plainly([{ key: 'N001XX', value }])).rejects.toThrow(/larger than the max(imum)? message size/);
  });

  it.each(CODECS)('reads a batch that a producer has packed with %s', async (codec) => {
    const ids = [`${codec}-1`, `${codec}-2`];
    // Larger than a block of the codecs.
    const note = 'x'.repeat(100_000);
    await plainly(
      ids.map((id) => flightMessage(platform, id, { note })),
      codec,
    );
    expect(await Promise.all(ids.map(decided))).toEqual([true, true]);
  });

  it('has ended no service', () => {
    expect(platform.exits).toEqual([]);
  });
});
