import { PitwallError } from '@pitwall/contracts';
import {
  type ArmedFailpoint,
  armFailpoints,
  FAILPOINT_SYNTAX,
  parseFailpoint,
  PLANTED_BUGS,
  type PlantedBug,
} from '@pitwall/failpoints';
import type { Logger } from '@pitwall/telemetry';
import { z } from 'zod';
import { variable } from './variables.js';

const KEEP_TO_YOURSELF = { hidden: true };

/** Variables of fault runs, see the room failpoints; `--help` does not list them. */
export const sabotageConfigShape = {
  PITWALL_FAILPOINTS: variable(`${FAILPOINT_SYNTAX}; several separated by commas`, (text) => all(text, parseFailpoint))
    .optional()
    .meta(KEEP_TO_YOURSELF)
    .describe('Where this process is to fail on purpose'),
  PITWALL_PLANTED: variable(`names among ${PLANTED_BUGS.join(', ')}, separated by commas`, (text) =>
    all(text, (name) => PLANTED_BUGS.find((known) => known === name)),
  )
    .optional()
    .meta(KEEP_TO_YOURSELF)
    .describe('Defects that are switched on on purpose'),
  PITWALL_FAILPOINT_LOG: z
    .string()
    .optional()
    .meta(KEEP_TO_YOURSELF)
    .describe('File that notes each failpoint that was hit'),
} as const;

function all<One>(text: string, parse: (part: string) => One | undefined): readonly One[] | undefined {
  const parsed = text.split(',').map((part) => parse(part.trim()));
  return parsed.every((one) => one !== undefined) ? parsed : undefined;
}

/** What {@link sabotageConfigShape} becomes. */
export interface SabotageConfig {
  readonly PITWALL_FAILPOINTS?: readonly ArmedFailpoint[] | undefined;
  readonly PITWALL_PLANTED?: readonly PlantedBug[] | undefined;
  readonly PITWALL_FAILPOINT_LOG?: string | undefined;
}

/**
 * Arms what the configuration asks for, and says so loudly. Throws a {@link PitwallError} `sabotage_without_log` where the log
 * is missing: with two variables to be set, nobody does it by accident.
 */
export function armSabotage(config: SabotageConfig, logger: Pick<Logger, 'warn'>): void {
  const {
    PITWALL_FAILPOINTS: failpoints = [],
    PITWALL_PLANTED: planted = [],
    PITWALL_FAILPOINT_LOG: logFile = null,
  } = config;
  if (failpoints.length === 0 && planted.length === 0) return;
  if (logFile === null) {
    throw new PitwallError(
      'PITWALL_FAILPOINTS or PITWALL_PLANTED is set without PITWALL_FAILPOINT_LOG. They make this service fail or lose records on purpose: set all that a fault run needs, or unset them.',
      { code: 'sabotage_without_log' },
    );
  }
  armFailpoints({ failpoints, planted, logFile });
  logger.warn(
    { failpoints, planted, logFile },
    'SABOTAGE is armed: this process fails or breaks its promises on purpose. If this is not a fault run, unset PITWALL_FAILPOINTS and PITWALL_PLANTED and start it again.',
  );
}
