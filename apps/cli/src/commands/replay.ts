import { eventsTopic } from '@pitwall/contracts';
import { requireTopics, withKafka } from '../connection/kafka.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.js';
import { iso } from '../output/words.js';
import { renderReplay } from '../replay/counts.js';
import { Pace } from '../replay/pace.js';
import { type Positions, positionsFrom, positionsText } from '../replay/positions.js';
import { positionsOf, type ReplayRangeOptions, selectionOf, type Times, timesOf } from '../replay/replay-range.js';
import { type ReplayEnd, Replaying, type ReplayPlan } from '../replay/replaying.js';
import { command, type CommandContext } from './command.js';
import { definitionOf, type DefinitionOptions } from './definition-of.js';
import { MOMENT_SYNTAX, momentFrom } from './moment.js';
import { OPTION, wholeNumberFrom } from './options.js';

interface ReplayOptions extends DefinitionOptions, ReplayRangeOptions {
  readonly dryRun?: true;
  readonly includeDecided?: true;
  readonly rate?: number;
  readonly wait?: number | true;
}

const DEFAULT_RATE = 1_000;
const DEFAULT_WAIT_SECONDS = 60;

/** `pitwall replay --from T --to T`: gives raw records to the pipeline once more, as the records that they were. */
export const replay = command<ReplayOptions>({
  path: ['replay'],
  group: 'Act:',
  summary: 'Gives a range of raw records to the pipeline once more, as the records that they were.',
  details:
    'What is decided already stays as it is and is left alone; what was lost, or died for a reason that is gone, is decided now. Running it again, also after Ctrl-C, does nothing twice.',
  needs: ['kafka', 'results'],
  arguments: [],
  options: [
    OPTION.pipeline,
    OPTION.definition,
    { flags: '--from <time>', description: `first append time that is meant: ${MOMENT_SYNTAX}`, parse: momentFrom },
    {
      flags: '--to <time>',
      description: 'first append time that is not meant any more (default: now)',
      parse: momentFrom,
    },
    { flags: '--event-time', description: '--from and --to are event times; reads the whole topic to find them' },
    { flags: '--key <key>', description: 'only records with this key' },
    { flags: '--dry-run', description: 'sends nothing; says what would be sent, and what is decided already' },
    { flags: '--include-decided', description: 'also what is decided: its result is published again, the same bytes' },
    {
      flags: '--rate <n>',
      description: `at most so many records a second (default: ${DEFAULT_RATE})`,
      parse: wholeNumberFrom(1),
    },
    {
      flags: '--wait [seconds]',
      description: `waits until it is known what became of every record, ${DEFAULT_WAIT_SECONDS} s after the last unless given`,
      parse: wholeNumberFrom(1),
    },
    {
      flags: '--resume <p:offset,…>',
      description: 'in place of --from: goes on where an earlier run said that it stopped',
      parse: positionsFrom,
    },
  ],
  examples: [
    { line: 'replay --from 2h --dry-run', says: 'how many records of the last two hours are not decided' },
    {
      line: 'replay --from 2026-03-01T08:00:00Z --to 2026-03-01T09:00:00Z --wait',
      says: 'an hour, and what became of it',
    },
    { line: 'replay --from 1d --key N14228 --rate 50 --json', says: 'one aircraft, slowly, with counts for a program' },
  ],
  run: async (context, { options }) => {
    const { settings, now } = context;
    const brokers = settings.address('kafka');
    settings.address('results');
    const times = timesOf(options, now());
    const definition = await definitionOf(context, options);
    const topic = eventsTopic.name(definition.name);
    return withKafka(brokers, async (client, admin) => {
      await requireTopics(admin, [topic]);
      const positions = await positionsOf(admin, topic, { options, times });
      const plan: ReplayPlan = {
        definition,
        ...positions,
        selection: selectionOf(options, times),
        isDryRun: options.dryRun === true,
        includesDecided: options.includeDecided === true,
        pace: new Pace(options.rate ?? DEFAULT_RATE),
        waitSeconds: options.wait === true ? DEFAULT_WAIT_SECONDS : (options.wait ?? null),
      };
      const replaying = new Replaying(context, { client, admin }, plan);
      const resume = (): string => resumeHint(options, replaying.next, times);
      try {
        return tell(context, { plan, end: await replaying.run(), resume });
      } catch (error) {
        if (error instanceof CommandFailure) context.output.note(resume());
        throw error;
      }
    });
  },
});

interface Told {
  readonly plan: ReplayPlan;
  readonly end: ReplayEnd;
  readonly resume: () => string;
}

function tell({ output, signal }: CommandContext, { plan, end, resume }: Told): ExitCode {
  const { counts, outcome, next, isComplete } = end;
  const { isDryRun, includesDecided, definition } = plan;
  output.json({
    pipeline: definition.name,
    topic: eventsTopic.name(definition.name),
    isDryRun,
    ...counts,
    outcome,
    isComplete,
    next: Object.fromEntries(next),
  });
  for (const line of renderReplay(counts, outcome, { isDryRun, includesDecided })) output.line(line);
  if (!isComplete) output.note(resume());
  if (signal.aborted) return EXIT.interrupted;
  return outcome === null || outcome.unknown === 0 ? EXIT.ok : EXIT.failed;
}

/** How to go on. The same command does as well: what is decided meanwhile is left alone. */
function resumeHint(options: ReplayOptions, next: Positions, { fromMs, toMs }: Times): string {
  const flags = [
    ...(options.pipeline === undefined ? [] : [`--pipeline ${options.pipeline}`]),
    ...(options.definition === undefined ? [] : [`--definition ${options.definition}`]),
    ...(options.eventTime === true && fromMs !== null ? [`--event-time --from ${iso(fromMs)}`] : []),
    `--to ${iso(toMs)}`,
    ...(options.key === undefined ? [] : [`--key '${options.key}'`]),
    ...(options.dryRun === true ? ['--dry-run'] : []),
    ...(options.includeDecided === true ? ['--include-decided'] : []),
    ...(options.rate === undefined ? [] : [`--rate ${options.rate}`]),
    `--resume ${positionsText(next)}`,
  ];
  return `Not all of it is done. To go on where it stopped: pitwall replay ${flags.join(' ')}`;
}
