import { FAILPOINTS } from './names.js';
import { parseFailpoint } from './parse-failpoint.js';

describe('parseFailpoint', () => {
  it.each(FAILPOINTS)('reads %s', (name) => {
    expect(parseFailpoint(`${name}=kill@3`)).toEqual({ name, action: 'kill', pass: 3 });
  });

  it('means the first pass where none is given', () => {
    expect(parseFailpoint(' after_infer=hang ')).toEqual({ name: 'after_infer', action: 'hang', pass: 1 });
  });

  it.each([
    '',
    'after_infer',
    'after_infer=',
    'after_infer=explode',
    'nowhere=kill',
    'after_infer=kill@0',
    'after_infer=kill@-1',
    'after_infer=kill@x',
    'after_infer=kill@3@4',
    'toString=kill',
  ])('refuses %j', (text) => {
    expect(parseFailpoint(text)).toBeUndefined();
  });
});
