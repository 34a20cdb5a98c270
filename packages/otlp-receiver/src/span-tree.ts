import type { Span } from './span.js';

/** A span and what it caused. */
export interface SpanNode {
  readonly span: Span;
  readonly children: readonly SpanNode[];
}

/**
 * Hangs the spans of one trace below their parents, each level by start time. A span whose parent is not among them (the
 * producer's own, or one that was dropped) is a root of its own. Empty for no spans.
 */
export function spanTree(spans: readonly Span[]): readonly SpanNode[] {
  const known = new Set(spans.map((span) => span.spanId));
  const byParent = Map.groupBy(
    spans.toSorted((a, b) => a.startMs - b.startMs),
    (span) => (span.parentSpanId !== null && known.has(span.parentSpanId) ? span.parentSpanId : null),
  );
  const seen = new Set<string>();
  const below = (parent: string | null): SpanNode[] =>
    (byParent.get(parent) ?? []).flatMap((span) => {
      // Whoever exports a circle of parents must not make us run in it.
      if (seen.has(span.spanId)) return [];
      seen.add(span.spanId);
      return [{ span, children: below(span.spanId) }];
    });
  return below(null);
}
