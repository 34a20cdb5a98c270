import { userInfo } from 'node:os';
import { type DeadLetterFilter, REASON_CODES, type ReasonCode, type Stage, STAGES } from '@pitwall/contracts';
import { InvalidArgumentError } from 'commander';
import type { OptionSpec } from '../commands/command.js';
import { MOMENT_SYNTAX, type Moment, momentFrom, resolveMoment } from '../commands/moment.js';
import { oneOf } from '../commands/options.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { printable } from '../output/words.js';
import { requireId } from './ids.js';

/** Options that say which dead letters are meant. */
export interface FilterOptions {
  readonly reason?: ReasonCode;
  readonly stage?: Stage;
  readonly group?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

/** See {@link FilterOptions}. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  { flags: '--reason <code>', description: 'only those with this reason code', parse: oneOf(REASON_CODES) },
  { flags: '--stage <stage>', description: 'only those of ingestion, inference or results', parse: oneOf(STAGES) },
  { flags: '--group <fingerprint>', description: 'only those of this group', parse: fingerprintFrom },
  {
    flags: '--from <time>',
    description: `only those that died at this time or later: ${MOMENT_SYNTAX}`,
    parse: momentFrom,
  },
  { flags: '--to <time>', description: 'only those that died before this time', parse: momentFrom },
];

const FINGERPRINT = /^[0-9a-f]{16}$/;
const MAX_SHOWN = 60;

function fingerprintFrom(text: string): string {
  if (FINGERPRINT.test(text)) return text;
  throw new InvalidArgumentError(
    `Got ${JSON.stringify(printable(text, MAX_SHOWN))}, expected the 16 hex digits that a group begins with in the list.`,
  );
}

/** The filter as the service takes it. @throws CommandFailure `usage` */
export function filterOf({ reason, stage, group, from, to }: FilterOptions, now: Date): DeadLetterFilter {
  const timeOf = (moment: Moment): string => new Date(resolveMoment(moment, now)).toISOString();
  if (from !== undefined && to !== undefined && resolveMoment(from, now) >= resolveMoment(to, now)) {
    throw new CommandFailure(
      `Got --from ${timeOf(from)} and --to ${timeOf(to)}, expected a time before --to.`,
      EXIT.usage,
    );
  }
  const filter = {
    ...(reason === undefined ? {} : { reason }),
    ...(stage === undefined ? {} : { stage }),
    ...(group === undefined ? {} : { fingerprint: group }),
    ...(from === undefined ? {} : { from: timeOf(from) }),
    ...(to === undefined ? {} : { to: timeOf(to) }),
  };
  return filter;
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
  if (ways === 1) return ids.length > 0 ? { ids: ids.map((id) => requireId(id, 'dead letter')) } : { filter };
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

/** Said where nothing is meant by what was typed. */
export function nothingMeant(pipeline: string): string {
  return `No dead letter of ${printable(pipeline)} is meant by that.`;
}

/** Who does something, and why. @throws CommandFailure `usage` without a reason */
export function accountOf({ by, why }: AccountOptions): { readonly by: string; readonly why: string } {
  if (why === undefined || why.trim() === '')
    throw new CommandFailure('Say why, with --why <text>: it is kept with what is done.', EXIT.usage);
  return { by: by ?? userInfo().username, why };
}
