import { armFailpoints, failpoint, isPlanted } from './failpoints.js';
import { FAILPOINTS, PLANTED_BUGS } from './names.js';

const NOTHING = { failpoints: [], planted: [], logFile: null };

describe('failpoint', () => {
  afterEach(() => armFailpoints(NOTHING));

  it('does nothing unless it is armed', () => {
    expect(() => FAILPOINTS.forEach(failpoint)).not.toThrow();
  });

  it('throws at the pass that is asked for, and at no other one', () => {
    armFailpoints({ ...NOTHING, failpoints: [{ name: 'after_infer', action: 'throw', pass: 2 }] });
    failpoint('after_infer');
    failpoint('after_produce');
    expect(() => failpoint('after_infer')).toThrow(expect.objectContaining({ code: 'failpoint', retriable: true }));
    expect(() => failpoint('after_infer')).not.toThrow();
  });

  it('is disarmed by empty lists', () => {
    armFailpoints({ ...NOTHING, failpoints: [{ name: 'after_infer', action: 'throw', pass: 1 }] });
    armFailpoints(NOTHING);
    expect(() => failpoint('after_infer')).not.toThrow();
  });
});

describe('isPlanted', () => {
  afterEach(() => armFailpoints(NOTHING));

  it('is false for everything that is not armed', () => {
    expect(PLANTED_BUGS.filter(isPlanted)).toEqual([]);
    armFailpoints({ ...NOTHING, planted: ['epoch_ignored'] });
    expect(PLANTED_BUGS.filter(isPlanted)).toEqual(['epoch_ignored']);
  });
});
