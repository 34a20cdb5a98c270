import { PitwallError } from '@pitwall/contracts';

const BEGIN = '<!-- fault runs: begin, written by `npm run scoreboard` -->';
const END = '<!-- fault runs: end -->';

/** A document with what stands between its two marks replaced. `name` is for messages. @throws PitwallError `no_marks` */
export function withSection(document: string, lines: readonly string[], name: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new PitwallError(`${name} has no place for the scoreboard. It needs a line ${BEGIN} and, below it, ${END}.`, {
      code: 'no_marks',
    });
  }
  return `${document.slice(0, begin + BEGIN.length)}\n\n${lines.join('\n')}\n\n${document.slice(end)}`;
}
