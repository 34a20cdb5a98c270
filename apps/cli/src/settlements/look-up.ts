import {
  decisionLookupViewSchema,
  type EventIdentity,
  type KnownDecision,
  MAX_LOOKED_UP_EVENTS,
} from '@pitwall/contracts';
import type { CommandContext } from '../commands/command.js';
import { postJson, problemText, readBody } from '../connection/http.js';
import { CommandFailure, EXIT } from '../exit-codes.js';

const OK = 200;
const NOT_FOUND = 404;

/** Asks results which events are decided: one answer each, in their order. @throws CommandFailure where it does not say */
export async function lookUpDecisions(
  { settings, signal }: Pick<CommandContext, 'settings' | 'signal'>,
  pipeline: string,
  events: readonly EventIdentity[],
): Promise<readonly (KnownDecision | null)[]> {
  const url = `${settings.address('results')}/v1/pipelines/${encodeURIComponent(pipeline)}/decision-lookups`;
  const found: (KnownDecision | null)[] = [];
  for (let from = 0; from < events.length; from += MAX_LOOKED_UP_EVENTS) {
    const part = events.slice(from, from + MAX_LOOKED_UP_EVENTS).map(({ source, id }) => ({ source, id }));
    const answer = await postJson(url, { events: part }, { signal });
    if (answer.status !== OK) {
      throw new CommandFailure(problemText(answer), answer.status === NOT_FOUND ? EXIT.notFound : EXIT.failed);
    }
    found.push(...readBody(answer, decisionLookupViewSchema).decisions);
  }
  return found;
}
