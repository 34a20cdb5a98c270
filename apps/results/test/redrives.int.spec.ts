import {
  type DeadLetterEdit,
  deadLetterEditSchema,
  deadLetterViewSchema,
  HEADER,
  LIMITS,
  parseOrigin,
  redrivesViewSchema,
  type RedriveView,
} from '@pitwall/contracts';
import { batchSizeOf, headerOf, textHeader } from '@pitwall/messaging';
import { type DeadLetterParts, originOf, TRACE_ID } from './a-dead-letter.js';
import { attemptOf, BY, offsetOf, PIPELINE, Redriving } from './redriving.js';

let desk: Redriving;

beforeAll(async () => {
  desk = await Redriving.start();
});

afterAll(() => desk.stop());

describe('a redrive', () => {
  it('gives the record back as it was, to the topic and partition that its stage read, with its origin and trace', async () => {
    const headers = [
      textHeader('ce_id', 'E-1'),
      { name: 'odd', value: null },
      textHeader(HEADER.origin, 'claimed by a producer'),
    ];
    const key = Buffer.from([0, 255]);
    const value = Buffer.from([0xfe, 1]);
    const offset = desk.offset();
    const { fingerprint } = await desk.kept({ offset, partition: 4, headers, key, value });
    const view = await desk.redriven({ filter: { fingerprint } });
    expect(view.plan).toMatchObject({ selected: 1, toSend: [{ topic: `${PIPELINE}.events.v1`, records: 1 }] });
    expect(view.progress).toEqual({ records: 1, waiting: 0, sent: 1, skipped: 0, repeatedSends: 0 });
    const [record, ...others] = desk.sentTo('events', [offset]);
    expect(others).toEqual([]);
    expect(record).toMatchObject({ partition: 4, key, value });
    const names = record?.headers.map(({ name }) => name);
    expect(names).toEqual(['ce_id', 'odd', HEADER.traceparent, HEADER.origin, HEADER.redriveAttempt]);
    expect(parseOrigin(String(headerOf(record?.headers ?? [], HEADER.origin)))).toEqual(
      originOf({ pipeline: PIPELINE, partition: 4, offset }),
    );
    expect(String(headerOf(record?.headers ?? [], HEADER.traceparent))).toContain(TRACE_ID);
    expect(attemptOf(record)).toBe('1');
  });

  it.each([
    ['features', 'inference', 'contract_violation'],
    ['predictions', 'results', 'storage_refused'],
    ['feedback', 'results', 'unknown_outcome'],
  ] as const)('gives what died of %s back to %s', async (topic, stage, reason) => {
    const offset = desk.offset();
    const { ids } = await desk.kept({ offset, topic, stage, reason });
    await desk.redriven({ ids });
    expect(desk.sentTo(topic, [offset])).toHaveLength(1);
  });

  it('keeps a trace context that is there', async () => {
    const given = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    const offset = desk.offset();
    const { ids } = await desk.kept({ offset, headers: [textHeader(HEADER.traceparent, given)] });
    await desk.redriven({ ids });
    const [record] = desk.sentTo('events', [offset]);
    expect(String(headerOf(record?.headers ?? [], HEADER.traceparent))).toBe(given);
  });

  it('asked for again does nothing: a dead letter is redriven once', async () => {
    const offset = desk.offset();
    const { ids } = await desk.kept({ offset });
    await desk.redriven({ ids });
    const again = await desk.redrive({ ids });
    expect(again.redrive).toBeNull();
    expect(again.plan).toMatchObject({ selected: 1, toSend: [], noOps: { taken: 1 } });
    expect(desk.sentTo('events', [offset])).toHaveLength(1);
  });

  it('asked for by several at once takes each dead letter once', async () => {
    const offsets = Array.from({ length: 60 }, () => desk.offset());
    const { fingerprint } = await desk.kept(...offsets.map((offset) => ({ offset })));
    const begun = await Promise.all(Array.from({ length: 4 }, () => desk.redrive({ filter: { fingerprint } })));
    const ended = await Promise.all(
      begun.flatMap(({ redrive: one }) => (one === null ? [] : [desk.finished(one.redriveId)])),
    );
    expect(ended.reduce((sum, { progress }) => sum + progress.sent, 0)).toBe(60);
    expect(begun.reduce((sum, { plan }) => sum + plan.noOps.taken, 0)).toBe(180);
    expect(desk.sentTo('events', offsets)).toHaveLength(60);
  });

  it('keeps the order of the original records of a partition', async () => {
    const offsets = Array.from({ length: 50 }, () => desk.offset());
    const { fingerprint } = await desk.kept(...offsets.toReversed().map((offset) => ({ offset })));
    await desk.redriven({ filter: { fingerprint } });
    expect(desk.sentTo('events', offsets).map(offsetOf)).toEqual(offsets);
  });
});

describe('a dry run', () => {
  it('tells how many would go where, what is done already and what is held back, and sends nothing', async () => {
    const [open, decided, discarded, guarded] = [desk.offset(), desk.offset(), desk.offset(), desk.offset()];
    const identity = { source: '/flights', id: `decided-${decided}` };
    const { fingerprint, ids } = await desk.kept(
      { offset: open },
      { offset: decided, identity },
      { offset: discarded },
      { offset: guarded, redriveAttempt: 2 },
    );
    await desk.decide(ids[1]);
    await desk.results.post('/discards', { ...BY, ids: [ids[2]] });
    const { plan, redrive: none } = await desk.redrive({ filter: { fingerprint }, dryRun: true });
    expect(none).toBeNull();
    expect(plan).toEqual({
      selected: 4,
      toSend: [{ topic: `${PIPELINE}.events.v1`, records: 1 }],
      edited: 0,
      noOps: { decided: 1, bornClosed: 0, superseded: 0, discarded: 1, taken: 0 },
      heldBack: { loopGuard: 1, unsendable: 0 },
    });
    expect(desk.sentTo('events', [open, decided, discarded, guarded])).toEqual([]);
    expect((await desk.redriven({ filter: { fingerprint } })).plan).toEqual(plan);
    expect(desk.sentTo('events', [open, decided, discarded, guarded])).toHaveLength(1);
  });

  it('chooses by reason, stage, time and group', async () => {
    const at = (hour: number): Date => new Date(Date.UTC(2031, 0, 1, hour));
    const { fingerprint } = await desk.kept(
      { deadAt: at(1) },
      { deadAt: at(2) },
      { deadAt: at(3), stage: 'inference', reason: 'contract_violation', topic: 'features' },
    );
    const selected = async (filter: object): Promise<number> =>
      (await desk.redrive({ filter, dryRun: true })).plan.selected;
    const within = { from: at(0).toISOString(), to: at(4).toISOString() };
    await expect(selected(within)).resolves.toBe(3);
    await expect(selected({ ...within, from: at(2).toISOString() })).resolves.toBe(2);
    await expect(selected({ ...within, to: at(2).toISOString() })).resolves.toBe(1);
    await expect(selected({ ...within, reason: 'contract_violation' })).resolves.toBe(1);
    await expect(selected({ ...within, stage: 'ingestion' })).resolves.toBe(2);
    await expect(selected({ ...within, fingerprint })).resolves.toBeLessThan(3);
  });

  it('gives back the largest record that producers may write, and holds back a larger one', async () => {
    const key = Buffer.from('N14228');
    const headers = [{ name: 'h', value: Buffer.alloc(100_000, 0xff) }];
    const empty = batchSizeOf({ key, value: Buffer.alloc(2 ** 18), headers }) - 2 ** 18;
    const ofSize = (bytes: number): DeadLetterParts => {
      return { offset: desk.offset(), key, headers, value: Buffer.alloc(bytes - empty) };
    };
    const { ids } = await desk.kept(ofSize(LIMITS.maxEventRecordBytes), ofSize(LIMITS.maxEventRecordBytes + 1));
    const { plan } = await desk.redrive({ ids, dryRun: true });
    expect(plan).toMatchObject({ toSend: [{ records: 1 }], heldBack: { loopGuard: 0, unsendable: 1 } });
  });

  it('leaves what is closed by its reason, and what died again later, alone', async () => {
    const [reused, again] = [desk.offset(), desk.offset()];
    const { ids } = await desk.kept(
      { offset: reused, stage: 'results', reason: 'id_reused', topic: 'predictions' },
      { offset: again },
      { offset: again, redriveAttempt: 1 },
    );
    const { plan } = await desk.redrive({ ids, dryRun: true });
    expect(plan).toMatchObject({ toSend: [{ records: 1 }], noOps: { bornClosed: 1, superseded: 1 } });
  });
});

describe('the loop guard', () => {
  it('lets a record through that was redriven less often, and one that somebody has edited', async () => {
    const [young, old] = [desk.offset(), desk.offset()];
    const { ids } = await desk.kept({ offset: young, redriveAttempt: 1 }, { offset: old, redriveAttempt: 2 });
    const first = await desk.redriven({ ids });
    expect(first.plan).toMatchObject({ toSend: [{ records: 1 }], heldBack: { loopGuard: 1 } });
    expect(attemptOf(desk.sentTo('events', [young])[0])).toBe('2');
    await desk.results.post(`/dead-letters/${ids[1]}/edits`, { ...BY, value: { text: '{"right": true}' } });
    const second = await desk.redriven({ ids });
    expect(second.plan).toMatchObject({ toSend: [{ records: 1 }], edited: 1 });
    expect(attemptOf(desk.sentTo('events', [old])[0])).toBe('3');
  });
});

describe('an edit', () => {
  const edit = (id: string | undefined, body: object) =>
    desk.results.post<DeadLetterEdit>(`/dead-letters/${id}/edits`, { ...BY, ...body });

  it('is sent in the place of the original, which stays beside it with who and why', async () => {
    const offset = desk.offset();
    const { ids } = await desk.kept({ offset, value: Buffer.from('{"broken') });
    expect((await edit(ids[0], { value: { text: '{"first": 1}' } })).status).toBe(201);
    const second = await edit(ids[0], {
      value: { base64: Buffer.from('{"second": 2}').toString('base64') },
      why: 'again',
    });
    expect(deadLetterEditSchema.parse(second.body)).toMatchObject({ revision: 2, by: 'kay', why: 'again' });
    await desk.redriven({ ids });
    expect(desk.sentTo('events', [offset]).map(({ value }) => String(value))).toEqual(['{"second": 2}']);
    const view = deadLetterViewSchema.parse((await desk.results.get(`/dead-letters/${ids[0]}`)).body);
    expect(view.value).toEqual({ text: '{"broken' });
    expect(view.edits.map(({ revision, value }) => [revision, value])).toEqual([
      [1, { text: '{"first": 1}' }],
      [2, { text: '{"second": 2}' }],
    ]);
    expect(view.redrive).toMatchObject({ attempt: 1, sentAt: expect.any(String) });
    expect(await edit(ids[0], { value: { text: 'late' } })).toMatchObject({ status: 409 });
  });

  it('of what is closed, not there, too large or without an author is refused', async () => {
    const { ids } = await desk.kept({}, {});
    await desk.results.post('/discards', { ...BY, ids: [ids[0]] });
    expect(await edit(ids[0], { value: { text: 'x' } })).toMatchObject({ status: 409 });
    expect(await edit('0190f7ab-1234-5678-9abc-def012345678', { value: { text: 'x' } })).toMatchObject({ status: 404 });
    expect(await edit('no-uuid', { value: { text: 'x' } })).toMatchObject({ status: 400 });
    expect(await edit(ids[1], { value: { text: 'x'.repeat(600_000) } })).toMatchObject({ status: 413 });
    expect(await edit(ids[1], { value: { text: 'x' }, by: ' ' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/by' }] },
    });
  });
});

describe('a redrive can be', () => {
  it('paused, resumed and cancelled; what was not sent can be taken by another', async () => {
    const offsets = Array.from({ length: 30 }, () => desk.offset());
    const { fingerprint } = await desk.kept(...offsets.map((offset) => ({ offset })));
    const { redrive: begun } = await desk.redrive({ filter: { fingerprint }, ratePerSecond: 1 });
    const path = `/redrives/${begun?.redriveId}`;
    const paused = await desk.results.post<RedriveView>(`${path}/pause`, {});
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', etaSeconds: null } });
    expect(await desk.results.post(`${path}/resume`, {})).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await desk.results.post(`${path}/explode`, {})).toMatchObject({ status: 400 });
    expect(await desk.results.post(`${path}/cancel`, {})).toMatchObject({ status: 200 });
    const ended = await desk.finished(begun?.redriveId ?? '');
    expect(ended.state).toBe('cancelled');
    expect(await desk.results.post(`${path}/resume`, {})).toMatchObject({ status: 409 });
    const rest = await desk.redriven({ filter: { fingerprint } });
    expect(ended.progress.sent + rest.progress.sent).toBe(30);
    expect(desk.sentTo('events', offsets)).toHaveLength(30);
  });

  it('seen in the list of redrives', async () => {
    const { ids } = await desk.kept({});
    const { redriveId } = await desk.redriven({ ids });
    const list = redrivesViewSchema.parse((await desk.results.get('/redrives')).body);
    expect(list.redrives[0]).toMatchObject({ redriveId, state: 'done', by: 'kay', progress: { sent: 1 } });
  });
});
