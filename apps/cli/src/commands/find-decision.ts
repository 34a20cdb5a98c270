import { type DecisionView, decisionViewSchema } from '@pitwall/contracts';
import { getJson, problemText } from '../connection/http.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import type { CommandContext } from './command.js';

/** An event, as it is named on the command line. */
export interface EventName {
  readonly eventId: string;
  /** Needed where several sources use the id. */
  readonly source?: string;
}

const NOT_FOUND = 404;

/** Asks the results service. @throws CommandFailure `notFound`, `unreachable`, or `failed` with what the service said */
export async function findDecision(
  { settings }: CommandContext,
  { eventId, source }: EventName,
): Promise<DecisionView> {
  const query = source === undefined ? '' : `?source=${encodeURIComponent(source)}`;
  const base = settings.address('results');
  const path = `/v1/pipelines/${encodeURIComponent(settings.pipeline())}/decisions/${encodeURIComponent(eventId)}`;
  const answer = await getJson(`${base}${path}${query}`);
  if (answer.status === NOT_FOUND) {
    throw new CommandFailure(problemText(answer), EXIT.notFound);
  }
  if (answer.status !== 200) throw new CommandFailure(problemText(answer), EXIT.failed);
  return decisionViewSchema.parse(answer.body);
}
