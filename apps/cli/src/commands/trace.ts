import type { Span } from '@pitwall/otlp-receiver';
import { getJson, problemText } from '../connection/http.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { headline, renderTrace } from '../output/render-trace.js';
import type { CommandContext, CommandRun } from './command.js';
import { type EventName, findDecision } from './find-decision.js';

const TRACE_ID = /^[0-9a-f]{32}$/i;
const NOT_FOUND = 404;

/** `pitwall trace <eventId>`: the way that an event took through the services. A trace id does as well. */
export const trace: CommandRun<EventName> = async (context, event) => {
  const isTraceId = TRACE_ID.test(event.eventId);
  const traceId = isTraceId ? event.eventId.toLowerCase() : (await findDecision(context, event)).result.traceId;
  const spans = await findSpans(context, traceId);
  context.output.json({ traceId, spans });
  context.output.line(headline(traceId, spans));
  for (const line of renderTrace(spans)) context.output.line(line);
  return EXIT.ok;
};

async function findSpans({ settings }: CommandContext, traceId: string): Promise<readonly Span[]> {
  const answer = await getJson(`${settings.address('traces')}/traces/${traceId}`);
  if (answer.status === NOT_FOUND) {
    throw new CommandFailure(
      `The trace ${traceId} is not held: its event was not sampled (--trace-ratio), it made room for newer ones, or its spans are still on their way (they come within seconds).`,
      EXIT.notFound,
    );
  }
  if (answer.status !== 200) throw new CommandFailure(problemText(answer), EXIT.failed);
  return (answer.body as { readonly spans: readonly Span[] }).spans;
}
