import { setTimeout as sleep } from 'node:timers/promises';
import { type RedriveView, redriveViewSchema } from '@pitwall/contracts';
import type { CommandContext } from '../commands/command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { DeadLettersApi } from './dead-letters-api.js';
import { outcomeLine, progressLine } from './render-redrive.js';

const LOOK_EVERY_MS = 1_000;
/** How long what was sent may take to come to its end before it is told as it stands. */
const SETTLE_LOOKS = 30;

const isOver = ({ state }: RedriveView): boolean => state === 'done' || state === 'cancelled';

/**
 * Tells how far a redrive is until it has ended, and what became of its records. Ctrl-C ends the watching and not the redrive.
 * Failed: it was cancelled, or records died again.
 */
export async function watchRedrive(context: CommandContext, api: DeadLettersApi, redriveId: string): Promise<ExitCode> {
  const { output, signal } = context;
  let told = '';
  let looksAfterEnd = 0;
  for (;;) {
    const view = await api.get(`/redrives/${redriveId}`, redriveViewSchema);
    const line = progressLine(view);
    if (line !== told) output.note(line);
    told = line;
    if (isOver(view)) looksAfterEnd += 1;
    if (isOver(view) && (view.outcomes.pending === 0 || looksAfterEnd > SETTLE_LOOKS)) return tell(context, view);
    await sleep(LOOK_EVERY_MS, null, { signal }).catch(() => undefined);
    if (signal.aborted) {
      output.note(`The redrive goes on without you: pitwall dead-letters redrives ${redriveId}`);
      return EXIT.interrupted;
    }
  }
}

function tell({ output }: CommandContext, view: RedriveView): ExitCode {
  output.json(view);
  output.line(progressLine(view));
  output.line(outcomeLine(view));
  return view.state === 'cancelled' || view.outcomes.diedAgain > 0 ? EXIT.failed : EXIT.ok;
}
