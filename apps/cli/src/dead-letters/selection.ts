import { userInfo } from 'node:os';
import type { DeadLetterFilter } from '@pitwall/contracts';
import type { OptionSpec } from '../commands/command.js';
import { MOMENT_SYNTAX, type Moment, momentFrom, resolveMoment } from '../commands/moment.js';
import { CommandFailure, EXIT } from '../exit-codes.js';

/** Options that say which dead letters are meant. */
export interface FilterOptions {
  readonly reason?: string;
  readonly stage?: string;
  readonly group?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

/** See {@link FilterOptions}. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  { flags: '--reason <code>', description: 'only those with this reason code' },
  { flags: '--stage <stage>', description: 'only those of ingestion, inference or results' },
  { flags: '--group <fingerprint>', description: 'only those of this group' },
  {
    flags: '--from <time>',
    description: `only those that died at this time or later: ${MOMENT_SYNTAX}`,
    parse: momentFrom,
  },
  { flags: '--to <time>', description: 'only those that died before this time', parse: momentFrom },
];

/** The filter as the service takes it; a reason or stage that it does not know is for it to refuse. */
export function filterOf({ reason, stage, group, from, to }: FilterOptions, now: Date): DeadLetterFilter {
  const timeOf = (moment: Moment): string => new Date(resolveMoment(moment, now)).toISOString();
  const filter = {
    ...(reason === undefined ? {} : { reason }),
    ...(stage === undefined ? {} : { stage }),
    ...(group === undefined ? {} : { fingerprint: group }),
    ...(from === undefined ? {} : { from: timeOf(from) }),
    ...(to === undefined ? {} : { to: timeOf(to) }),
  };
  return filter as DeadLetterFilter;
}

/** Options of commands that do something to many dead letters. */
export interface SelectionOptions extends FilterOptions {
  readonly all?: true;
}

/** See {@link SelectionOptions}. */
export const SELECTION_OPTIONS: readonly OptionSpec[] = [
  ...FILTER_OPTIONS,
  { flags: '--all', description: 'all of the pipeline' },
];

/** What is done something to: the dead letters that are named, or those of a filter. @throws CommandFailure `usage` */
export function selectionOf(ids: readonly string[], options: SelectionOptions, now: Date): object {
  const filter = filterOf(options, now);
  const ways = [ids.length > 0, Object.keys(filter).length > 0, options.all === true].filter(Boolean).length;
  if (ways === 1) return ids.length > 0 ? { ids } : { filter };
  const got =
    ways === 0 ? 'nothing that says which dead letters are meant' : 'more than one way to say which are meant';
  throw new CommandFailure(`Got ${got}; give their ids, or filters such as --reason, or --all.`, EXIT.usage);
}

/** Options that say who does something, and why. */
export interface AccountOptions {
  readonly by?: string;
  readonly why?: string;
}

/** See {@link AccountOptions}. */
export const ACCOUNT_OPTIONS: readonly OptionSpec[] = [
  { flags: '--why <text>', description: 'why, kept with what is done' },
  { flags: '--by <name>', description: 'who does it (default: the user of this session)' },
];

/** Who does something, and why. @throws CommandFailure `usage` without a reason */
export function accountOf({ by, why }: AccountOptions): { readonly by: string; readonly why: string } {
  if (why === undefined)
    throw new CommandFailure('Say why, with --why <text>: it is kept with what is done.', EXIT.usage);
  return { by: by ?? userInfo().username, why };
}
