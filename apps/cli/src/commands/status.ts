import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { printable } from '../output/words.js';
import { renderStatus } from '../status/render-status.js';
import { readStatus, type StatusReport } from '../status/report.js';
import { command, type CommandContext } from './command.js';
import { OPTION, type PipelineOption, wholeNumberFrom } from './options.js';

const DEFAULT_WATCH_SECONDS = 2;

/** `pitwall status`: what runs, how far it is behind, and what has become of the records. */
export const status = command<PipelineOption & { readonly watch?: number | true }>({
  path: ['status'],
  group: 'Look:',
  summary: 'What runs and since when, how far each reader is behind, what became of the records.',
  details:
    'Ends with 0 when every service is ready and Kafka answers, with 1 when one of them is not, with 5 when nobody answers.',
  needs: ['kafka', 'ingestion', 'inference', 'results', 'monitoring'],
  arguments: [],
  options: [
    { ...OPTION.pipeline, description: 'only this pipeline (default: all that run)' },
    {
      flags: '--watch [seconds]',
      description: `again every so many seconds, ${DEFAULT_WATCH_SECONDS} unless given, until Ctrl-C`,
      parse: wholeNumberFrom(1),
    },
  ],
  examples: [
    { line: 'status', says: 'services, model, lag, counts, last window' },
    { line: 'status --watch', says: 'the same, every two seconds' },
    { line: 'status --pipeline flight-delay --json', says: 'for a program, with every check of every service' },
  ],
  run: async (context, { options: { watch } }) => {
    requireSomeAddress(context);
    if (watch === undefined) return show(context);
    return keepShowing(context, watch === true ? DEFAULT_WATCH_SECONDS : watch);
  },
});

/** @throws CommandFailure `unreachable` where nobody says where anything is */
function requireSomeAddress({ settings }: CommandContext): void {
  const known = status.needs.some((name) => settings.knownAddress(name) !== null);
  if (!known) settings.address('kafka');
}

async function keepShowing(context: CommandContext, everySeconds: number): Promise<ExitCode> {
  let code = await show(context);
  for (;;) {
    await untilNext(everySeconds, context.signal);
    if (context.signal.aborted) return code;
    context.output.line(`\n${context.now().toISOString()}`);
    code = await show(context);
  }
}

async function show(context: CommandContext): Promise<ExitCode> {
  const report = await readStatus(context);
  // What did not answer after Ctrl-C says nothing.
  if (context.signal.aborted) return EXIT.interrupted;
  context.output.json(report);
  for (const line of renderStatus(report)) context.output.line(line);
  if (!report.reachable) context.output.note('Nobody answers. Does `npm start` run?');
  const unknown = report.reachable ? report.pipelines.filter(({ isKnown }) => !isKnown) : [];
  for (const { name } of unknown) context.output.note(`Nobody who answers knows a pipeline ${printable(name)}.`);
  return unknown.length > 0 ? EXIT.notFound : codeOf(report);
}

function codeOf({ ready, reachable }: StatusReport): ExitCode {
  if (!reachable) return EXIT.unreachable;
  return ready ? EXIT.ok : EXIT.failed;
}

async function untilNext(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(seconds * 1_000, null, { signal });
  } catch {
    // Ctrl-C while waiting: the loop looks at the signal.
  }
}
