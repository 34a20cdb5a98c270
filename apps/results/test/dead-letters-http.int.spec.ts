import {
  type DeadLetterGroupsView,
  deadLetterGroupsViewSchema,
  type DeadLettersView,
  deadLettersViewSchema,
  type DeadLetterView,
  deadLetterViewSchema,
  discardViewSchema,
} from '@pitwall/contracts';
import { TRACE_ID } from './a-dead-letter.js';
import { BY, Redriving } from './redriving.js';

let desk: Redriving;

beforeAll(async () => {
  desk = await Redriving.start();
});

afterAll(() => desk.stop());

describe('dead letters over HTTP', () => {
  it('are listed in pages, and by state', async () => {
    const deadAt = new Date('2032-01-01T00:00:00Z');
    const { ids, pointer } = await desk.kept({ deadAt }, { deadAt }, { deadAt });
    await desk.results.post('/discards', { ...BY, ids: [ids[1]] });
    const page = async (query: string): Promise<DeadLettersView> =>
      deadLettersViewSchema.parse((await desk.results.get(`/dead-letters?from=2032-01-01T00:00:00Z&${query}`)).body);
    const first = await page('limit=2');
    const second = await page(`limit=2&cursor=${first.nextCursor}`);
    const all = [...first.deadLetters, ...second.deadLetters];
    expect(all.map(({ deadLetterId }) => deadLetterId).toSorted()).toEqual(ids.toSorted());
    expect([first.nextCursor, second.nextCursor]).toEqual([expect.any(String), null]);
    expect(all.every(({ place }) => place === pointer)).toBe(true);
    expect((await page('state=open')).deadLetters).toHaveLength(2);
    expect((await page('state=closed')).deadLetters).toMatchObject([{ deadLetterId: ids[1], closedBy: 'discard' }]);
  });

  it('are grouped, the largest open group first', async () => {
    const deadAt = new Date('2033-01-01T00:00:00Z');
    const small = await desk.kept({ deadAt });
    const large = await desk.kept({ deadAt }, { deadAt }, { deadAt });
    await desk.results.post('/discards', { ...BY, ids: [large.ids[0]] });
    const { body } = await desk.results.get<DeadLetterGroupsView>('/dead-letter-groups?from=2033-01-01T00:00:00Z');
    const view = deadLetterGroupsViewSchema.parse(body);
    expect(view).toMatchObject({ count: 4, open: 3, groupCount: 2 });
    expect(view.groups).toMatchObject([
      { fingerprint: large.fingerprint, place: large.pointer, count: 3, open: 2, reason: 'schema_violation' },
      { fingerprint: small.fingerprint, count: 1, open: 1 },
    ]);
    const nothing = await desk.results.get<DeadLetterGroupsView>('/dead-letter-groups?from=2040-01-01T00:00:00Z');
    expect(nothing.body).toMatchObject({ count: 0, open: 0, groupCount: 0, groups: [] });
  });

  it('are shown with the record as it was', async () => {
    const { ids } = await desk.kept({
      value: Buffer.from([0xff]),
      key: Buffer.from('N1'),
      headers: [{ name: 'x', value: null }],
    });
    const view: DeadLetterView = deadLetterViewSchema.parse((await desk.results.get(`/dead-letters/${ids[0]}`)).body);
    expect(view).toMatchObject({
      state: 'open',
      key: { text: 'N1' },
      value: { base64: '/w==' },
      headers: [{ name: 'x', value: null }],
      violations: [{ rule: 'type' }],
      traceId: TRACE_ID,
      remedy: expect.stringContaining('producer'),
    });
  });

  it('are discarded by a filter, after a look', async () => {
    const { fingerprint } = await desk.kept({}, {});
    const dry = await desk.results.post('/discards', { ...BY, filter: { fingerprint }, dryRun: true });
    expect(discardViewSchema.parse(dry.body)).toEqual({ dryRun: true, discarded: 2, closed: 0 });
    const done = await desk.results.post('/discards', { ...BY, filter: { fingerprint } });
    expect(done.body).toEqual({ dryRun: false, discarded: 2, closed: 0 });
    const again = await desk.results.post('/discards', { ...BY, filter: { fingerprint } });
    expect(again.body).toEqual({ dryRun: false, discarded: 0, closed: 2 });
  });

  it.each([
    ['GET', '/dead-letters?reason=tired&limit=0&state=half', 400, ['/limit', '/reason', '/state']],
    ['GET', '/dead-letters/no-uuid', 400, ['/deadLetterId']],
    ['GET', '/dead-letters/0190f7ab-1234-5678-9abc-def012345678', 404, []],
    ['GET', '/redrives/0190f7ab-1234-5678-9abc-def012345678', 404, []],
    ['POST', '/redrives', 400, ['']],
  ])('refuse %s %s', async (method, path, status, pointers) => {
    const answer = await (method === 'GET' ? desk.results.get(path) : desk.results.post(path, BY));
    expect(answer).toMatchObject({ status });
    expect((answer.body.errors ?? []).map(({ pointer }) => pointer).toSorted()).toEqual(pointers);
  });

  it('refuse a body that is no JSON', async () => {
    expect(await desk.results.post('/redrives', '{')).toMatchObject({ status: 400 });
    expect(await desk.results.post('/redrives', '<a/>', 'text/xml')).toMatchObject({ status: 415 });
  });
});
