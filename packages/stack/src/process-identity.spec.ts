import { identityOf, isRunning, parentOf, parseProcStat } from './process-identity.js';

const FIELDS = '1 4242 4242 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 7 0 987654 1000 200';

describe('parseProcStat', () => {
  it('reads state, parent and start tick', () => {
    expect(parseProcStat(`4242 (node) S ${FIELDS}`)).toEqual({ state: 'S', parentPid: 1, startTick: '987654' });
  });

  it('is not misled by a command with brackets and spaces', () => {
    expect(parseProcStat(`4242 (a) R 1) (b) S ${FIELDS}`)).toMatchObject({ state: 'S', startTick: '987654' });
  });

  it.each(['', '4242 (node', '4242 (node) S 1 2 3'])('gives null for %j', (stat) => {
    expect(parseProcStat(stat)).toBeNull();
  });
});

describe('identityOf', () => {
  it('is the same for a process that still runs, and tells two processes apart', () => {
    const mine = identityOf(process.pid) ?? '';
    expect(isRunning(process.pid, mine)).toBe(true);
    expect(identityOf(process.ppid)).not.toBe(mine);
  });

  it('is null where no process is', () => {
    expect(identityOf(2 ** 22 - 1)).toBeNull();
    expect(parentOf(2 ** 22 - 1)).toBeNull();
  });

  it('knows the parent', () => {
    expect(parentOf(process.pid)).toBe(process.ppid);
  });
});
