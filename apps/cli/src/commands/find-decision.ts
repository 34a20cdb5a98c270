import { type DecisionView, decisionViewSchema } from '@pitwall/contracts';
import { getJson, problemText, readBody } from '../connection/http.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import type { CommandContext, Given } from './command.js';

/** An event, as it is named on the command line. */
export interface EventName {
  readonly eventId: string;
  /** Needed where several sources use the id. */
  readonly source?: string;
}

/** `--source`. */
export interface SourceOption {
  readonly source?: string;
}

const OK = 200;
const NOT_FOUND = 404;

/** The event that the first argument and `--source` name. */
export function eventNameOf({ args: [eventId = ''], options: { source } }: Given<SourceOption>): EventName {
  return { eventId, ...(source === undefined ? {} : { source }) };
}

/** Asks the results service. @throws CommandFailure `notFound`, `unreachable`, or `failed` with what the service said */
export async function findDecision(
  { settings, signal }: Pick<CommandContext, 'settings' | 'signal'>,
  { eventId, source }: EventName,
): Promise<DecisionView> {
  const query = source === undefined ? '' : `?source=${encodeURIComponent(source)}`;
  const base = settings.address('results');
  const path = `/v1/pipelines/${encodeURIComponent(settings.pipeline())}/decisions/${encodeURIComponent(eventId)}`;
  const answer = await getJson(`${base}${path}${query}`, signal);
  if (answer.status === NOT_FOUND) throw new CommandFailure(problemText(answer), EXIT.notFound);
  if (answer.status !== OK) throw new CommandFailure(problemText(answer), EXIT.failed);
  return readBody(answer, decisionViewSchema);
}
