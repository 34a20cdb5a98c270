import { Command } from 'commander';
import { parseArguments, type ParsedArguments, wholeFrom } from '../terminal/arguments.js';

/** What `npm run overload` was asked for. */
export interface OverloadOptions {
  /** Events by which is measured how many a second can be drained. */
  readonly events: number;
  /** How many times that rate is sent. */
  readonly times: number;
  readonly seconds: number;
  /** Where the JSON goes; null: nowhere. */
  readonly json: string | null;
}

const DEFAULTS = { events: 50_000, times: 5, seconds: 180 };

const EPILOGUE = `
Starts a Kafka, a PostgreSQL and the services of its own, in a temporary folder and on free ports. First it drains events, to
know how many a second this machine carries. Then it sends so many times that rate to Kafka, and over HTTP besides as much as
is taken, until the time is over; then it waits until the backlog is drained, and judges every record.

Exit codes: 0 what must hold under overload held, 1 it did not, 2 wrong arguments.`;

/** Reads the arguments. */
export function parseOverloadOptions(argv: readonly string[]): ParsedArguments<OverloadOptions> {
  const command = new Command('npm run overload --')
    .description('What happens when more comes than can be done: nothing is lost, and nobody dies of it.')
    .option('--events <n>', 'events to drain first, to know the rate', wholeFrom(1), DEFAULTS.events)
    .option('--times <n>', 'how many times that rate is sent', wholeFrom(2), DEFAULTS.times)
    .option('--seconds <n>', 'for how long', wholeFrom(1), DEFAULTS.seconds)
    .option('--json <file>', 'write all numbers there as JSON')
    .addHelpText('after', EPILOGUE);
  return parseArguments(command, argv, (flags) => ({
    json: null,
    ...(flags as Pick<OverloadOptions, 'events' | 'times' | 'seconds'>),
  }));
}
