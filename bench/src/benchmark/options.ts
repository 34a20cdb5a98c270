import { Command } from 'commander';
import { type ParsedArguments, parseArguments, wholeFrom } from '../terminal/arguments.js';

/** What `npm run bench` was asked for. */
export interface BenchmarkOptions {
  /** Events that are on the topic before the services are started. */
  readonly events: number;
  /** Events a second of the paced phase. */
  readonly rate: number;
  /** How long the paced phase is; 0 leaves it out. */
  readonly seconds: number;
  /** Where the JSON goes; null: nowhere. */
  readonly json: string | null;
  /** Folder for a CPU profile of each service; null: none are taken. */
  readonly cpuProf: string | null;
  /** A missed target is a failure. */
  readonly strict: boolean;
}

const DEFAULTS = { events: 200_000, rate: 1_000, seconds: 30 };

const EPILOGUE = `
Starts a Kafka, a PostgreSQL and the services of its own, in a temporary folder and on free ports. First the events are put
on the topic, then the services drain it; then events come at a steady rate. A row of every process says what it cost.

Exit codes: 0 it ran, 1 it failed, events were lost, or with --strict a target was missed, 2 wrong arguments.`;

/** Reads the arguments. */
export function parseBenchmarkOptions(argv: readonly string[]): ParsedArguments<BenchmarkOptions> {
  const command = new Command('npm run bench --')
    .description('How much the event path carries on this machine, how fast, and what it costs.')
    .option('--events <n>', 'events to drain', wholeFrom(1), DEFAULTS.events)
    .option('--rate <n>', 'events a second in the paced phase', wholeFrom(1), DEFAULTS.rate)
    .option('--seconds <n>', 'length of the paced phase; 0 leaves it out', wholeFrom(0), DEFAULTS.seconds)
    .option('--json <file>', 'write all numbers there as JSON')
    .option('--cpu-prof <folder>', 'write a CPU profile of every service there; it then runs a little slower')
    .option('--strict', 'a missed target is a failure')
    .addHelpText('after', EPILOGUE);
  return parseArguments(command, argv, (flags) => ({
    json: null,
    cpuProf: null,
    strict: false,
    ...(flags as Pick<BenchmarkOptions, 'events' | 'rate' | 'seconds'>),
  }));
}
