import { parseEventTime } from '@pitwall/pipeline';
import { PORT_NAMES, type PortName, type Ports, portFlag, portVariable } from '@pitwall/stack';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Speed } from './replay/pacer.js';

/** What `npm start` was asked for. */
export interface DemoOptions {
  /** Replay into a fresh folder, wait until all is quiet, check and print a summary. */
  readonly once: boolean;
  readonly isReplayWanted: boolean;
  readonly speed: Speed;
  /** Flights of the data set to replay; null: all of them. */
  readonly events: number | null;
  /** Event times, milliseconds since the epoch; null where none was given. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly seed: number | null;
  /** The data folder; null: the default one, or with `once` a temporary one. */
  readonly dataFolder: string | null;
  readonly ports: Partial<Ports>;
  /** Share of the events that are traced, 0 to 1. */
  readonly traceRatio: number;
}

/** What there is to do: run, or only print and end. */
export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'end'; readonly exitCode: number; readonly text: string };

/** An hour of flights in a second: about 40 events. */
const DEFAULT_SPEED = 3600;
const DEFAULT_ONCE_EVENTS = 5000;
/** Enough to see how events travel, few enough that exporting the traces is not what is measured. */
const TRACE_RATIO_AT_MAX = 0.02;
const MAX_SPEED = 1e9;
const MAX_SEED = 2 ** 31 - 1;
const USAGE_ERROR = 2;

const EPILOGUE = `
Examples:
  npm start                                         watch 2013 pass by, an hour a second
  npm start -- --speed 60 --from 2013-12-23         a minute a second, before Christmas
  npm start --silent -- --once --events 5000        replay, check that nothing is lost, print one JSON line

With KAFKA_BROKERS or DATABASE_URL set, those are used and none is started. With OTEL_EXPORTER_OTLP_ENDPOINT set, traces
go there. Exit codes: 0 done, 1 failed, 2 wrong arguments.`;

/** Reads the arguments and the variables that move ports. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedOptions {
  let text = '';
  const command = commandLine({ writeOut: (part) => (text += part), writeErr: (part) => (text += part) });
  try {
    command.parse(argv, { from: 'user' });
    const options = optionsOf(command.opts(), env);
    return { kind: 'run', options };
  } catch (error) {
    if (error instanceof InvalidArgumentError)
      return { kind: 'end', exitCode: USAGE_ERROR, text: `${error.message}\n` };
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'end', exitCode: error.exitCode === 0 ? 0 : USAGE_ERROR, text };
  }
}

interface Flags {
  readonly once?: true;
  readonly replay: boolean;
  readonly speed?: Speed;
  readonly events?: number;
  readonly from?: number;
  readonly to?: number;
  readonly seed?: number;
  readonly data?: string;
  readonly traceRatio?: number;
  readonly [port: string]: unknown;
}

function commandLine(output: { writeOut: (text: string) => void; writeErr: (text: string) => void }): Command {
  const command = new Command('npm start --')
    .description('The whole of Pitwall on this machine, with a replay of the flights from New York in 2013.')
    .option('--once', 'replay into a fresh temporary folder, wait until all is quiet, check it, print one JSON line')
    .option(
      '--speed <factor>',
      `event time against wall time, or "max" (default: ${DEFAULT_SPEED}; with --once max)`,
      speed,
    )
    .option('--events <n>', `flights to replay (default: all; with --once ${DEFAULT_ONCE_EVENTS})`, wholeFrom(1))
    .option(
      '--from <time>',
      'first event time, e.g. 2013-07-01 or 2013-07-01T06:00:00Z (default: where the last run stopped)',
      time,
    )
    .option('--to <time>', 'event time before which the replay ends', time)
    .option('--seed <n>', 'chooses the noise among events and labels (default: 1)', wholeFrom(0, MAX_SEED))
    .option('--no-replay', 'start everything and send nothing')
    .option('--data <folder>', 'where Kafka, PostgreSQL and the logs are kept (default: .pitwall)')
    .option(
      '--trace-ratio <share>',
      `events that are traced, 0 to 1 (default: 1, at full speed ${TRACE_RATIO_AT_MAX})`,
      ratio,
    )
    .addHelpText('after', EPILOGUE)
    .configureOutput(output)
    .exitOverride();
  for (const name of PORT_NAMES) {
    const flag = `${portFlag(name)} <port>`;
    command.addOption(new Option(flag, `or ${portVariable(name)}`).argParser(wholeFrom(1, 65_535)));
  }
  return command;
}

/** What holds where nothing is said: watching and checking want different things. */
const DEFAULTS = {
  watching: { speed: DEFAULT_SPEED, events: null },
  once: { speed: 'max', events: DEFAULT_ONCE_EVENTS },
} as const;

function optionsOf(flags: Flags, env: Readonly<Record<string, string | undefined>>): DemoOptions {
  checkTogether(flags);
  const once = flags.once ?? false;
  const chosen = { ...DEFAULTS[once ? 'once' : 'watching'], from: null, to: null, seed: null, data: null, ...flags };
  return {
    once,
    isReplayWanted: flags.replay,
    speed: chosen.speed,
    events: chosen.events,
    fromMs: chosen.from,
    toMs: chosen.to,
    seed: chosen.seed,
    dataFolder: chosen.data,
    ports: portsOf(flags, env),
    traceRatio: flags.traceRatio ?? (chosen.speed === 'max' ? TRACE_RATIO_AT_MAX : 1),
  };
}

function checkTogether({ once, replay, from, to }: Flags): void {
  if (once === true && !replay) throw new InvalidArgumentError('--once replays: it cannot go with --no-replay.');
  if (from !== undefined && to !== undefined && to <= from) {
    throw new InvalidArgumentError('--to is not after --from: there is nothing to replay.');
  }
}

/** A flag wins over its variable. */
function portsOf(flags: Flags, env: Readonly<Record<string, string | undefined>>): Partial<Ports> {
  const given: Partial<Record<PortName, number>> = {};
  for (const name of PORT_NAMES) {
    // Commander's own name for the flag `--kafka-controller-port`.
    const flag = flags[`${name}Port`];
    const variable = env[portVariable(name)];
    if (typeof flag === 'number') given[name] = flag;
    else if (variable !== undefined) given[name] = namedWhole(portVariable(name), variable);
  }
  return given;
}

function namedWhole(name: string, text: string): number {
  try {
    return wholeFrom(1, 65_535)(text);
  } catch (error) {
    throw new InvalidArgumentError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function speed(text: string): Speed {
  if (text === 'max') return 'max';
  const factor = Number(text);
  if (text.trim() !== '' && factor > 0 && factor <= MAX_SPEED) return factor;
  throw new InvalidArgumentError(
    `Got ${JSON.stringify(text)}, expected "max" or a number above 0, e.g. 3600 for an hour a second.`,
  );
}

function ratio(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError(`Got ${JSON.stringify(text)}, expected a number from 0 to 1.`);
}

function wholeFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Got ${JSON.stringify(text)}, expected a whole number ${range}.`);
  };
}

/** A date is its first instant in UTC. */
function time(text: string): number {
  const ms = parseEventTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (ms !== undefined && ms !== null && !Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError(
    `Got ${JSON.stringify(text)}, expected a date or an RFC 3339 time, e.g. 2013-07-01 or 2013-07-01T06:00:00Z.`,
  );
}
