import { kindOfFile } from './rooms.mjs';

describe('the kind of test that a file holds', () => {
  it.each([
    ['ids.spec.ts', 'unit'],
    ['tally.spec.mjs', 'unit'],
    ['migrations.int.spec.ts', 'int'],
    ['one-event.e2e.spec.ts', 'e2e'],
    ['ids.ts', undefined],
    ['spec.ts', undefined],
  ])('%s: %s', (name, kind) => {
    expect(kindOfFile(name)).toBe(kind);
  });
});
