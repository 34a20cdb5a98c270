import type { Span } from '@pitwall/otlp-receiver';
import { getJson, problemText } from '../connection/http.js';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { headline, renderTrace } from '../output/render-trace.js';
import { command, type CommandContext } from './command.js';
import { eventNameOf, findDecision, type SourceOption } from './find-decision.js';
import { OPTION, type PipelineOption } from './options.js';

const TRACE_ID = /^[0-9a-f]{32}$/i;
const NOT_FOUND = 404;

/** `pitwall trace <eventId>`: the way that an event took through the services. A trace id does as well. */
export const trace = command<PipelineOption & SourceOption>({
  path: ['trace'],
  group: 'Look:',
  summary: 'The way that an event took through the services.',
  details:
    'Spans come within seconds. Only sampled events have a trace, and the receiver of the demo keeps the last ones.',
  needs: ['traces', 'results'],
  arguments: [{ syntax: '<eventId>', description: 'id of the event, or a trace id of 32 hex digits' }],
  options: [OPTION.pipeline, OPTION.source],
  examples: [
    { line: 'trace 2013-04-01_US1843_EWR_0500', says: 'the tree of spans with times and what matters of them' },
    { line: 'trace 760998e24b8f82fa72e9d29ef3259794 --json', says: 'all spans of a trace with every attribute' },
  ],
  run: async (context, given) => {
    const event = eventNameOf(given);
    const isTraceId = TRACE_ID.test(event.eventId);
    const traceId = isTraceId ? event.eventId.toLowerCase() : (await findDecision(context, event)).result.traceId;
    const spans = await findSpans(context, traceId);
    context.output.json({ traceId, spans });
    context.output.line(headline(traceId, spans));
    for (const line of renderTrace(spans)) context.output.line(line);
    return EXIT.ok;
  },
});

async function findSpans({ settings, signal }: CommandContext, traceId: string): Promise<readonly Span[]> {
  const answer = await getJson(`${settings.address('traces')}/traces/${traceId}`, signal);
  if (answer.status === NOT_FOUND) {
    throw new CommandFailure(
      `The trace ${traceId} is not held: its event was not sampled (--trace-ratio), it made room for newer ones, or its spans are still on their way (they come within seconds).`,
      EXIT.notFound,
    );
  }
  if (answer.status !== 200) throw new CommandFailure(problemText(answer), EXIT.failed);
  return (answer.body as { readonly spans: readonly Span[] }).spans;
}
