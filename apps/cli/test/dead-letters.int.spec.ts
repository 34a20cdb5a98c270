import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { DeadLetterGroupsView } from '@pitwall/contracts';
import { aLetterView, anEndedRedrive, aPlan, aRedrive, LETTER_ID, REDRIVE_ID } from './a-redrive.js';
import { FakeResults } from './fake-results.js';
import { type Run, runCli } from './run-cli.js';

let results: FakeResults;
let folder: string;

beforeAll(async () => {
  results = await FakeResults.start();
  folder = mkdtempSync(join(tmpdir(), 'pitwall-cli-'));
});

afterAll(() => {
  results.stop();
  rmSync(folder, { recursive: true, force: true });
});

const deadLetters = (args: readonly string[], given: Parameters<typeof runCli>[1] = {}): Promise<Run> =>
  runCli(['dead-letters', ...args, '--pipeline', 'p'], { ...given, env: { PITWALL_RESULTS_URL: results.url } });

const GROUPS: DeadLetterGroupsView = {
  pipeline: 'p',
  count: 1_234,
  open: 1_200,
  groupCount: 2,
  groups: [
    {
      fingerprint: '4f1c2a9be07d3358',
      stage: 'ingestion',
      reason: 'schema_violation',
      place: '/temp_f',
      meaning: 'The event does not match.',
      remedy: 'Correct the producer.',
      count: 1_230,
      open: 1_200,
      firstDeadAt: '2026-03-01T08:00:00.000Z',
      lastDeadAt: '2026-03-01T09:00:00.000Z',
      example: { deadLetterId: LETTER_ID, message: 'Got \u001b[2J.' },
    },
  ],
};

describe('pitwall dead-letters list', () => {
  it('shows the open ones in groups, and what to do about each', async () => {
    results.answer({ 'GET /dead-letter-groups': [{ body: GROUPS }] });
    const { code, out } = await deadLetters(['list']);
    expect(code).toBe(0);
    expect(results.seen[0]?.query).toEqual({ state: 'open' });
    expect(out.split('\n')).toEqual([
      '1,234 dead letters of p in 2 groups, 1,200 open',
      '',
      '4f1c2a9be07d3358  ingestion  schema_violation  /temp_f',
      '  1,230 in all, 1,200 open, 2026-03-01T08:00:00.000Z to 2026-03-01T09:00:00.000Z',
      '  The event does not match. Correct the producer.',
      String.raw`  such as ${LETTER_ID}: Got \u001b[2J.`,
      '',
      '1 more group; filter by --reason or --stage to see them.',
      '',
    ]);
    expect(JSON.parse((await deadLetters(['list', '--json'])).out)).toEqual(GROUPS);
  });

  it('shows single ones with --each, filtered, and how to go on', async () => {
    const { key: _key, value: _value, ...letter } = aLetterView({ closedBy: 'decision', redriveAttempt: 2 });
    const page = { pipeline: 'p', deadLetters: [{ ...letter, state: 'closed' }], nextCursor: 'abc' };
    results.answer({ 'GET /dead-letters': [{ body: page }] });
    const filters = ['--reason', 'not_json', '--stage', 'ingestion', '--group', '4f1c2a9be07d3358'];
    const times = ['--from', '2026-03-01', '--to', '2026-03-02T00:00:00Z'];
    const { code, out } = await deadLetters(['list', '--each', '--state', 'all', '--limit', '7', ...filters, ...times]);
    expect(code).toBe(0);
    expect(results.seen[0]?.query).toEqual({
      reason: 'not_json',
      stage: 'ingestion',
      fingerprint: '4f1c2a9be07d3358',
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
      limit: '7',
    });
    expect(out).toContain(
      `${LETTER_ID}  2026-03-01T08:00:00.000Z  ingestion  schema_violation  closed (decision), after redrive 2\n`,
    );
    expect(out).toContain('  E-1 of /p: Got 2 violations.\n');
    expect(out).toContain('There are more: --cursor abc\n');
  });

  it('ends with 2 and every violation where the service refuses the question', async () => {
    const errors = [
      { pointer: '/reason', message: 'no such reason' },
      { pointer: '/limit', message: 'too many' },
    ];
    results.answer({ 'GET /dead-letter-groups': [{ status: 400, body: { title: 'Bad', detail: 'No.', errors } }] });
    const { code, err } = await deadLetters(['list', '--reason', 'not_json']);
    expect([code, err]).toEqual([2, 'No.\n  /reason: no such reason\n  /limit: too many\n']);
  });
});

describe('pitwall dead-letters show', () => {
  it('says why, whose, where and what is to be done, and shows the record safely', async () => {
    const redrive = { redriveId: REDRIVE_ID, attempt: 1, sentAt: null };
    const account = { by: 'kay', why: 'a typo' };
    const edit = { deadLetterId: LETTER_ID, revision: 1, editedAt: '2026-03-02T00:00:00.000Z', ...account };
    const view = aLetterView({
      redrive,
      edits: [{ ...edit, value: { text: '{}' } }],
      headers: [{ name: 'x', value: { base64: Buffer.from([0xff, 0]).toString('base64') } }],
    });
    results.answer({ [`GET /dead-letters/${LETTER_ID}`]: [{ body: view }] });
    const { code, out } = await deadLetters(['show', LETTER_ID]);
    expect(code).toBe(0);
    for (const line of [
      `${LETTER_ID}  open, waits for its redrive`,
      'to do      Correct the producer.',
      'event      E-1 of /p',
      'record     p.events.v1 1:7, appended 2026-03-01T08:00:00.000Z',
      'violation  /temp_f type: must be number',
      '           and 1 more',
      `redrive    ${REDRIVE_ID}, attempt 1, waits to be sent`,
      'edit 1     by kay at 2026-03-02T00:00:00.000Z, a typo: {}',
      'header     x = 2 bytes, not UTF-8: ff00',
      'value      {"temp_f": "hot"}',
    ]) {
      expect(out.split('\n')).toContain(line);
    }
    expect(JSON.parse((await deadLetters(['show', LETTER_ID, '--json'])).out)).toEqual(view);
  });

  it('writes the value out byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 10, 27]);
    const view = aLetterView({ value: { base64: bytes.toString('base64') } });
    results.answer({ [`GET /dead-letters/${LETTER_ID}`]: [{ body: view }] });
    const file = join(folder, 'value');
    expect((await deadLetters(['show', LETTER_ID, '--raw', file])).code).toBe(0);
    expect(readFileSync(file)).toEqual(bytes);
    const nowhere = await deadLetters(['show', LETTER_ID, '--raw', join(folder, 'no', 'where')]);
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('cannot be written')]);
  });

  it('ends with 3 where there is none', async () => {
    results.answer({});
    expect(await deadLetters(['show', LETTER_ID])).toEqual({
      code: 3,
      out: '',
      err: `No /dead-letters/${LETTER_ID}.\n`,
    });
  });
});

describe('pitwall dead-letters redrive', () => {
  it('looks first: how many go where, are done already, or are held back', async () => {
    results.answer({ 'POST /redrives': [{ body: { plan: aPlan(), redrive: null } }] });
    const { code, out } = await deadLetters(['redrive', '--reason', 'not_json', '--dry-run', '--rate', '50']);
    expect(code).toBe(0);
    expect(results.seen[0]?.body).toEqual({
      filter: { reason: 'not_json' },
      by: userInfo().username,
      why: 'dry run',
      dryRun: true,
      ratePerSecond: 50,
    });
    expect(out.split('\n')).toEqual([
      '12 dead letters selected',
      '          9  to p.events.v1',
      '          1  of these with an edited payload',
      '          2  decided already',
      '          1  redriven too often: edit them, or find out why they come back',
      'Nothing was done: a dry run.',
      '',
    ]);
  });

  it('waits with a line for how far it is, and ends with 0 when all is well', async () => {
    results.answer({
      'POST /redrives': [{ body: { plan: aPlan(), redrive: aRedrive() } }],
      [`GET /redrives/${REDRIVE_ID}`]: [{ body: aRedrive() }, { body: anEndedRedrive() }],
    });
    const { code, out, err } = await deadLetters(['redrive', LETTER_ID, '--why', 'fixed', '--by', 'kay', '--wait']);
    expect(code).toBe(0);
    expect(results.seen[0]?.body).toEqual({ ids: [LETTER_ID], by: 'kay', why: 'fixed', dryRun: false });
    expect(err.split('\n')).toEqual([
      'running: 3 of 9 records sent, 33.3 %, 42 s left',
      'done: 8 of 9 records sent, 100.0 %, 1 skipped as closed meanwhile, 2 sent again after a fault',
      '',
    ]);
    expect(out).toContain('outcome: 8 came to their end, 0 died again, 0 on their way\n');
  });

  it.each([
    ['records died again', anEndedRedrive({ outcomes: { decided: 7, diedAgain: 1, pending: 0 } })],
    ['it was cancelled', anEndedRedrive({ state: 'cancelled' })],
  ])('ends with 1 when %s', async (_, ended) => {
    results.answer({
      'POST /redrives': [{ body: { plan: aPlan(), redrive: aRedrive() } }],
      [`GET /redrives/${REDRIVE_ID}`]: [{ body: ended }],
    });
    const { code, out } = await deadLetters(['redrive', '--all', '--why', 'fixed', '--wait', '--json']);
    expect([code, JSON.parse(out)]).toEqual([1, ended]);
  });

  it('goes on without its watcher', async () => {
    const stopping = new AbortController();
    results.answer({
      'POST /redrives': [{ body: { plan: aPlan(), redrive: aRedrive() } }],
      [`GET /redrives/${REDRIVE_ID}`]: [{ body: aRedrive() }],
    });
    const watching = deadLetters(['redrive', '--all', '--why', 'x', '--wait'], {
      signal: stopping.signal,
      onOut: () => stopping.abort(),
    });
    expect((await watching).code).toBe(130);
  });

  it('ends with 3 when no dead letter is meant', async () => {
    const nothing = { plan: aPlan({ selected: 0, toSend: [] }), redrive: null };
    results.answer({ 'POST /redrives': [{ body: nothing }] });
    expect((await deadLetters(['redrive', '--reason', 'not_json', '--why', 'x'])).code).toBe(3);
  });

  it.each([
    [['redrive', '--why', 'x'], 'give their ids, or filters such as --reason, or --all'],
    [['redrive', LETTER_ID, '--all', '--why', 'x'], 'more than one way'],
    [['redrive', '--all'], 'Say why'],
    [['redrive', '--all', '--why', 'x', '--rate', '0'], 'expected a whole number from 1'],
    [['redrive', '--from', 'yesterday', '--why', 'x'], 'expected a time'],
    [['redrive', '--from', '2h', '--to', '3h', '--dry-run'], 'expected a time before --to'],
    [['redrive', LETTER_ID, 'nonsense', '--why', 'x'], 'Got "nonsense", expected the id of a dead letter'],
    [['list', '--group', 'zzz'], 'expected the 16 hex digits'],
    [['show', 'a'.repeat(20_000)], `Got "${'a'.repeat(59)}…", expected the id of a dead letter`],
    [['redrives', '--pause'], 'the id of a redrive'],
    [['redrives', REDRIVE_ID, '--pause', '--resume'], 'expected one of them'],
    [['edit', LETTER_ID, '--file', '/nowhere/at/all', '--why', 'x'], 'cannot be read'],
    [['discard', '--why', 'x'], 'give their ids'],
  ])('refuses %j with 2, before anything is asked', async (args, message) => {
    results.answer({});
    const { code, err } = await deadLetters(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(results.seen).toEqual([]);
  });

  it('ends with 5 where nobody answers', async () => {
    const { code } = await deadLetters(['redrive', '--all', '--why', 'x', '--results-url', 'http://127.0.0.1:1']);
    expect(code).toBe(5);
  });
});

describe('pitwall dead-letters redrives', () => {
  it('lists them, shows one, and steers it', async () => {
    const { outcomes: _outcomes, ...listed } = aRedrive({ lastError: 'no brokers' });
    results.answer({
      'GET /redrives': [{ body: { pipeline: 'p', redrives: [listed] } }],
      [`GET /redrives/${REDRIVE_ID}`]: [{ body: anEndedRedrive() }],
      [`POST /redrives/${REDRIVE_ID}/pause`]: [{ body: aRedrive({ state: 'paused', etaSeconds: null }) }],
    });
    expect((await deadLetters(['redrives'])).out).toContain('42 s left, waits: no brokers');
    expect((await deadLetters(['redrives', REDRIVE_ID])).out).toContain('outcome: 8 came to their end');
    expect((await deadLetters(['redrives', REDRIVE_ID, '--pause'])).out).toContain('paused: 3 of 9 records');
  });
});

describe('pitwall dead-letters edit and discard', () => {
  const who = { deadLetterId: LETTER_ID, editedAt: '2026-03-02T00:00:00.000Z', by: 'kay', why: 'x' };
  const edit = { status: 201, body: { ...who, revision: 3, value: { text: '' } } };
  const EDITED = { [`POST /dead-letters/${LETTER_ID}/edits`]: [edit] };

  it('sends the bytes of a file or of standard input, with who and why', async () => {
    const file = join(folder, 'edit');
    writeFileSync(file, Buffer.from([0xff, 1]));
    results.answer(EDITED);
    const byFile = await deadLetters(['edit', LETTER_ID, '--file', file, '--why', 'x', '--by', 'kay']);
    expect([byFile.code, byFile.out]).toEqual([0, expect.stringContaining('Edit 3 of')]);
    await deadLetters(['edit', LETTER_ID, '--why', 'x', '--by', 'kay'], { stdin: '{"é": 1}' });
    expect(results.seen.map(({ body }) => body)).toEqual([
      { by: 'kay', why: 'x', value: { base64: '/wE=' } },
      { by: 'kay', why: 'x', value: { text: '{"é": 1}' } },
    ]);
  });

  it('sends text that no database keeps as bytes, and refuses what no topic takes', async () => {
    results.answer(EDITED);
    await deadLetters(['edit', LETTER_ID, '--why', 'x', '--by', 'kay'], { stdin: 'a\0' });
    expect(results.seen.map(({ body }) => body)).toEqual([{ by: 'kay', why: 'x', value: { base64: 'YQA=' } }]);
    const { code, err } = await deadLetters(['edit', LETTER_ID, '--why', 'x'], { stdin: 'x'.repeat(2_000_000) });
    expect([code, err]).toEqual([2, expect.stringContaining('Got 2,000,000 bytes')]);
    expect(results.seen).toHaveLength(1);
  });

  it('discards, and says what would be', async () => {
    results.answer({ 'POST /discards': [{ body: { dryRun: true, discarded: 2, closed: 1 } }] });
    const dry = await deadLetters(['discard', '--reason', 'not_json', '--dry-run']);
    expect([dry.code, dry.out]).toEqual([0, '2 dead letters would be discarded, 1 closed before.\n']);
    expect(results.seen[0]?.body).toMatchObject({ filter: { reason: 'not_json' }, dryRun: true });
    results.answer({ 'POST /discards': [{ body: { dryRun: false, discarded: 0, closed: 0 } }] });
    const { code, err } = await deadLetters(['discard', '--all', '--why', 'x']);
    expect([code, err]).toEqual([3, 'No dead letter of p is meant by that.\n']);
  });
});
