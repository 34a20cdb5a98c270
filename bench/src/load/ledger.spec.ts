import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDigest } from '@pitwall/contracts';
import { LedgerFile, readLedger } from './ledger.js';
import type { Ending, LoadRecord } from './planned-load.js';

const anEvent = (text: string, endings: readonly Ending[] = [null]): LoadRecord => ({
  kind: 'event',
  endings,
  record: { topic: 't', partition: 0, key: Buffer.from('k'), value: Buffer.from(text), headers: [] },
});

const digestOf = (text: string): string => contentDigest(Buffer.from('k'), Buffer.from(text));

describe('the ledger', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-ledger-'));
    file = join(folder, 'ledger.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (work: (ledger: LedgerFile) => void): ReturnType<typeof readLedger> => {
    const ledger = new LedgerFile(file);
    work(ledger);
    ledger.close();
    return readLedger(file);
  };

  it('counts what was acknowledged, and only that', () => {
    const ledger = written((open) => {
      open.acknowledge(open.intend([anEvent('a'), anEvent('b')]));
      open.intend([anEvent('c')]);
    });
    expect(ledger.records).toBe(2);
    expect(ledger.events.missingFrom([digestOf('a')])).toBe(1);
    expect(ledger.events.missingFrom([digestOf('a'), digestOf('b')])).toBe(0);
  });

  it('knows what may have been written all the same', () => {
    const ledger = written((open) => void open.intend([anEvent('maybe')]));
    expect(ledger.events.endingsOf(digestOf('maybe'))).toEqual([null]);
    expect(ledger.events.endingsOf(digestOf('never'))).toBeUndefined();
  });

  it('misses one of two records with the same content', () => {
    const ledger = written((open) => open.acknowledge(open.intend([anEvent('a'), anEvent('a')])));
    expect(ledger.events.missingFrom([digestOf('a')])).toBe(1);
  });

  it('lets a content end in all ways in which one of its records may', () => {
    const ledger = written((open) => void open.intend([anEvent('a', [null, 'id_reused']), anEvent('a')]));
    expect(ledger.events.endingsOf(digestOf('a'))).toEqual([null, 'id_reused']);
    expect(ledger.events.isPoison(digestOf('a'))).toBe(false);
  });

  it('tells poison from what was never sent', () => {
    const ledger = written((open) => void open.intend([anEvent('bad', ['not_json'])]));
    expect([digestOf('bad'), digestOf('never')].map((digest) => ledger.events.isPoison(digest))).toEqual([true, false]);
  });

  it('keeps labels apart from events', () => {
    const label: LoadRecord = { ...anEvent('label'), kind: 'label' };
    const ledger = written((open) => open.acknowledge(open.intend([label, anEvent('a')])));
    expect(ledger.records).toBe(2);
    expect(ledger.feedback.expectedOf(digestOf('label'))).toBe('joined');
    expect(ledger.feedback.expectedOf(digestOf('a'))).toBeNull();
    expect(ledger.feedback.missingFrom([])).toBe(1);
  });

  it('does not write over another one', () => {
    new LedgerFile(file).close();
    expect(() => new LedgerFile(file)).toThrow(/EEXIST/);
  });
});
