import { type Span, type SpanNode, spanTree } from '@pitwall/otlp-receiver';

/** Attributes that say something about the way of an event, with the short name that is shown. */
const SHOWN: Readonly<Record<string, string>> = {
  'messaging.destination.partition.id': 'partition',
  'messaging.kafka.offset': 'offset',
  'pitwall.outcome': 'outcome',
  'pitwall.dead_letter.reason': 'reason',
  'pitwall.model.name': 'model',
  'pitwall.model.version': 'version',
  'pitwall.score': 'score',
  'pitwall.decision': 'decision',
  'pitwall.settlement': 'settlement',
  'http.response.status_code': 'status',
  'error.type': 'error',
};

/** The tree of a trace for a person: service, span, begin and duration in milliseconds, what matters of its attributes. */
export function renderTrace(spans: readonly Span[]): readonly string[] {
  const begin = Math.min(...spans.map(({ startMs }) => startMs));
  const rows = spanTree(spans).flatMap((root) => rowsOf(root, { first: '', next: '' }));
  const nameWidth = Math.max(...rows.map(({ label }) => label.length));
  return rows.map(({ label, span }) => {
    const at = `+${(span.startMs - begin).toFixed(1)} ms`.padStart(12);
    const took = `${span.durationMs.toFixed(2)} ms`.padStart(11);
    return `${label.padEnd(nameWidth)} ${at} ${took}  ${detailsOf(span)}`.trimEnd();
  });
}

/** What a whole trace comes to, in one line. */
export function headline(traceId: string, spans: readonly Span[]): string {
  const begin = Math.min(...spans.map(({ startMs }) => startMs));
  const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
  const services = new Set(spans.map(({ service }) => service));
  return `trace ${traceId}: ${spans.length} spans in ${services.size} services (${[...services].join(', ')}), ${(end - begin).toFixed(1)} ms`;
}

interface Row {
  readonly label: string;
  readonly span: Span;
}

/** What stands before a node's own line and before those below it. */
interface Indent {
  readonly first: string;
  readonly next: string;
}

function rowsOf({ span, children }: SpanNode, indent: Indent): readonly Row[] {
  const below = children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    return rowsOf(child, {
      first: `${indent.next}${isLast ? '└─ ' : '├─ '}`,
      next: `${indent.next}${isLast ? '   ' : '│  '}`,
    });
  });
  return [{ label: `${indent.first}${span.service}  ${span.name}`, span }, ...below];
}

function detailsOf({ attributes, error }: Span): string {
  const shown = Object.entries(SHOWN)
    .filter(([name]) => attributes[name] !== undefined)
    .map(([name, short]) => `${short}=${format(attributes[name])}`);
  return [...shown, ...(error === null ? [] : [`ERROR ${error}`])].join(' ');
}

function format(value: Span['attributes'][string] | undefined): string {
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : String(value);
}
