import { parseFormatVersion } from './home.js';
import { describeInstance, parseInstance } from './instance-lock.js';
import { parsePostmasterPid } from './postgres/postmaster.js';
import { parseProcessRecord } from './process-record.js';

const RECORD = { name: 'kafka', pid: 4711, identity: 'boot:1', step: 'kafka', stopSignal: 'SIGTERM', graceMs: 4_000 };
const INSTANCE = { token: 't', pid: 4711, identity: 'boot:1', since: '2026-01-02T03:04:05.000Z', urls: {} };

describe('parseProcessRecord', () => {
  it('reads a whole record', () => {
    expect(parseProcessRecord(JSON.stringify(RECORD))).toEqual(RECORD);
  });

  it.each([
    ['torn text', '{"name":"kaf'],
    ['a list', '[]'],
    ['a pid that means a process group', JSON.stringify({ ...RECORD, pid: 0 })],
    ['a pid that means everybody', JSON.stringify({ ...RECORD, pid: -1 })],
    ['the pid of init', JSON.stringify({ ...RECORD, pid: 1 })],
    ['a name that is a path', JSON.stringify({ ...RECORD, name: '../x' })],
    ['an unknown step', JSON.stringify({ ...RECORD, step: 'last' })],
    ['no identity', JSON.stringify({ ...RECORD, identity: undefined })],
  ])('gives null for %s', (_, text) => {
    expect(parseProcessRecord(text)).toBeNull();
  });
});

describe('parseInstance', () => {
  it('reads a whole lock', () => {
    expect(parseInstance(JSON.stringify(INSTANCE))).toEqual(INSTANCE);
  });

  it.each(['', '{', '{}', 'null', JSON.stringify({ ...INSTANCE, pid: '4711' })])('takes %j for stale', (text) => {
    expect(parseInstance(text)).toBeNull();
  });
});

describe('describeInstance', () => {
  it('names pid, since when, and every address', () => {
    const urls = { kafka: '127.0.0.1:19092', results: 'http://127.0.0.1:4003' };
    expect(describeInstance({ ...INSTANCE, urls })).toBe(
      'pid 4711, since 2026-01-02T03:04:05.000Z\n  kafka: 127.0.0.1:19092\n  results: http://127.0.0.1:4003',
    );
  });
});

describe('parseFormatVersion', () => {
  it.each([
    ['{"formatVersion":1}', 1],
    ['{"formatVersion":"1"}', null],
    ['{}', null],
    ['', null],
  ])('reads %j as %j', (text, version) => {
    expect(parseFormatVersion(text)).toBe(version);
  });
});

describe('parsePostmasterPid', () => {
  it('reads pid and data folder', () => {
    expect(parsePostmasterPid('4711\n/data/postgres\n1700000000\n15432\n')).toEqual({
      pid: 4711,
      dataFolder: '/data/postgres',
    });
  });

  it.each(['', '4711', '0\n/data\n', '-4711\n/data\n', 'x\n/data\n'])('gives null for %j', (text) => {
    expect(parsePostmasterPid(text)).toBeNull();
  });
});
