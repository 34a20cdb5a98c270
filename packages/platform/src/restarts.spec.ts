import { jest } from '@jest/globals';
import type { ChildExit } from '@pitwall/stack';
import { Restarts } from './restarts.js';

const anExit = (given: Partial<ChildExit> = {}): ChildExit => ({
  name: 'results',
  pid: 7,
  code: null,
  signal: 'SIGKILL',
  expected: false,
  ...given,
});

describe('Restarts', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const setUp = () => {
    const seen = { starts: 0, lines: [] as string[], givenUp: [] as string[], now: 0 };
    const restarts = new Restarts({
      childOf: () => ({
        start: () => {
          seen.starts += 1;
          return Promise.resolve();
        },
      }),
      print: (line) => seen.lines.push(line),
      onGivingUp: (name) => seen.givenUp.push(name),
      monotonicMs: () => seen.now,
    });
    return { restarts, seen };
  };

  it('starts a killed child again after half a second, and says so', () => {
    const { restarts, seen } = setUp();
    restarts.exited(anExit());
    jest.advanceTimersByTime(499);
    expect(seen.starts).toBe(0);
    jest.advanceTimersByTime(1);
    expect(seen.starts).toBe(1);
    expect(seen.lines).toEqual(['results (pid 7) ended by SIGKILL; it is started again in 0.5 s.']);
  });

  it('leaves a child alone that was asked to end', () => {
    const { restarts, seen } = setUp();
    restarts.exited(anExit({ expected: true }));
    jest.runAllTimers();
    expect(seen.starts).toBe(0);
  });

  it('goes on for as long as it takes a service to find out of which two records it dies', () => {
    const { restarts, seen } = setUp();
    for (let end = 0; end < 14; end += 1) restarts.exited(anExit({ signal: 'SIGABRT' }));
    jest.runAllTimers();
    expect([seen.starts, seen.givenUp]).toEqual([14, []]);
  });

  it('waits longer each time, and gives up once when it goes on', () => {
    const { restarts, seen } = setUp();
    for (let end = 0; end < 17; end += 1) restarts.exited(anExit({ code: 1, signal: null }));
    expect(seen.lines[3]).toContain('in 4 s');
    expect(seen.lines[5]).toContain('in 10 s');
    expect(seen.givenUp).toEqual(['results']);
    jest.runAllTimers();
    expect(seen.starts).toBe(0);
  });

  it('counts anew after a minute of health', () => {
    const { restarts, seen } = setUp();
    for (let end = 0; end < 9; end += 1) {
      restarts.exited(anExit());
      seen.now += 60_001;
    }
    expect(seen.givenUp).toEqual([]);
    expect(seen.lines.at(-1)).toContain('in 0.5 s');
  });
});
