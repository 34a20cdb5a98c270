import { FAILPOINTS, type Failpoint } from './names.js';

/**
 * What happens at a failpoint.
 *
 * - `kill`: the process ends as by `kill -9`.
 * - `hang`: the whole process stands still for ever, as by SIGSTOP.
 * - `stop`: the whole process is stopped as by SIGSTOP, and goes on at this very place when somebody sends SIGCONT.
 * - `throw`: a retriable error is thrown.
 */
export const FAILPOINT_ACTIONS = ['kill', 'hang', 'stop', 'throw'] as const;

/** One of {@link FAILPOINT_ACTIONS}. */
export type FailpointAction = (typeof FAILPOINT_ACTIONS)[number];

/** A failpoint at which something is to happen. */
export interface ArmedFailpoint {
  readonly name: Failpoint;
  readonly action: FailpointAction;
  /** It happens when this process comes by for the so-manieth time, from 1 on, and never again. */
  readonly pass: number;
}

/** What {@link parseFailpoint} expects, for messages. */
export const FAILPOINT_SYNTAX = `<failpoint>=<action>[@<pass>], where the failpoint is one of ${FAILPOINTS.join(', ')}, the action one of ${FAILPOINT_ACTIONS.join(', ')}, and the pass a whole number from 1 on`;

/** Reads `before_pg_commit=kill@3`; without `@3` the first pass is meant. Undefined where it is anything else. */
export function parseFailpoint(text: string): ArmedFailpoint | undefined {
  const [, asked, wanted, digits = '1'] = /^(\w+)=(\w+)(?:@([1-9]\d{0,8}))?$/.exec(text.trim()) ?? [];
  const name = FAILPOINTS.find((known) => known === asked);
  const action = FAILPOINT_ACTIONS.find((known) => known === wanted);
  return name === undefined || action === undefined ? undefined : { name, action, pass: Number(digits) };
}
