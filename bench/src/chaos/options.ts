import { Command, InvalidArgumentError, Option } from 'commander';
import { type ParsedArguments, parseArguments, wholeFrom } from '../terminal/arguments.js';
import { canMount } from '../world/small-disk.js';
import { type Profile, PROFILES } from './profile.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** What `npm run chaos` was asked for. */
export interface ChaosOptions {
  readonly scenarios: readonly Scenario[];
  readonly profile: Profile;
  readonly seed: number;
  /** Switch on one planted bug after the other; each must be caught. */
  readonly planted: boolean;
  readonly json: string | null;
  /** Only say which scenarios there are. */
  readonly list: boolean;
}

const ALL = 'all';

const EPILOGUE = `
Each scenario runs on a Kafka, a PostgreSQL and services of its own, under load, and is then judged by every record: nothing
lost, nothing decided twice, copies alike, order kept, windows right. Logs, ledger and timeline of one that fails are kept.

Exit codes: 0 all holds, 1 something does not, 2 wrong arguments.`;

/** Reads the arguments. */
export function parseChaosOptions(argv: readonly string[]): ParsedArguments<ChaosOptions> {
  const command = new Command('npm run chaos --')
    .description('Breaks the event path in many ways and shows whether the promise holds.')
    .option('--scenario <names>', `which, separated by commas, or ${ALL}`, ALL)
    .addOption(new Option('--profile <name>', 'how thoroughly').choices([...PROFILES]).default('smoke'))
    .option('--seed <n>', 'chooses the load, the moments and the victims', wholeFrom(0), 1)
    .option('--planted', 'switch on planted bugs, one after the other: each must be caught')
    .option('--json <file>', 'write all numbers, timelines and the seed there as JSON')
    .option('--list', 'say which scenarios there are')
    .addHelpText('after', EPILOGUE);
  return parseArguments(command, argv, (flags) => {
    const profile = flags['profile'] as Profile;
    const planted = flags['planted'] === true;
    const isRun = ({ catches, seconds, diskMegabytes }: Scenario): boolean =>
      planted ? catches.length > 0 : seconds[profile] !== null && (diskMegabytes === undefined || canMount());
    return {
      scenarios: scenariosNamed(String(flags['scenario']), isRun),
      profile,
      seed: flags['seed'] as number,
      planted,
      json: (flags['json'] as string | undefined) ?? null,
      list: flags['list'] === true,
    };
  });
}

/** Those that are run as a rule, or those that are asked for. */
function scenariosNamed(names: string, isRun: (scenario: Scenario) => boolean): readonly Scenario[] {
  if (names === ALL) return SCENARIOS.filter(isRun);
  return names.split(',').map((name) => {
    const scenario = SCENARIOS.find((one) => one.name === name.trim());
    if (scenario !== undefined) return scenario;
    const known = SCENARIOS.map((one) => one.name).join(', ');
    throw new InvalidArgumentError(`There is no scenario ${JSON.stringify(name)}; there are: ${known}.`);
  });
}
