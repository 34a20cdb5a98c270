import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AddressBook, readAddressBook, writeAddressBook } from '@pitwall/provision';

describe('the address book of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwall-addresses-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const book: AddressBook = {
    startedAt: '2026-01-01T00:00:00.000Z',
    pid: 1,
    kafkaBrokers: '127.0.0.1:1',
    ingestionUrl: 'http://127.0.0.1:2',
    inferenceUrl: 'http://127.0.0.1:3',
    resultsUrl: 'http://127.0.0.1:4',
    monitoringUrl: 'http://127.0.0.1:5',
    tracesUrl: null,
    pipelines: [{ name: 'p', folder: '/p' }],
  };

  it('is read as it was written, the last one', () => {
    writeAddressBook(folder, { ...book, pid: 7 });
    writeAddressBook(folder, book);
    expect(readAddressBook(folder)).toEqual(book);
  });

  it('is not there before anything has run', () => {
    expect(readAddressBook(folder)).toBeNull();
  });

  it('is refused when it is something else', () => {
    writeFileSync(join(folder, 'addresses.json'), '{"pid": "one"}');
    expect(() => readAddressBook(folder)).toThrow('is not what `npm start` writes');
  });
});
