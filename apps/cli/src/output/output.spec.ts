import { outputOf } from './output.js';

const writtenBy = (format: 'text' | 'json', { isWatched }: { readonly isWatched: boolean }) => {
  const written: string[] = [];
  const output = outputOf(format, {
    stdout: (text) => written.push(`out ${text}`),
    stderr: (text) => written.push(`err ${text}`),
    isWatched,
  });
  output.progress('10 %');
  output.progress('20 %');
  output.line('a line');
  output.json({ a: 1 });
  output.note('a note');
  return written;
};

describe('outputOf', () => {
  it('lets progress be replaced on a terminal, and never stand before something else', () => {
    expect(writtenBy('text', { isWatched: true })).toEqual([
      'err 10 %',
      'err \r\u001b[K',
      'err 20 %',
      'err \r\u001b[K',
      'out a line\n',
      'err a note\n',
    ]);
  });

  it('has no progress where nobody watches, and nothing but JSON for a program', () => {
    expect(writtenBy('text', { isWatched: false })).toEqual(['out a line\n', 'err a note\n']);
    expect(writtenBy('json', { isWatched: false })).toEqual(['out {"a":1}\n', 'err a note\n']);
  });
});
