import type { Span } from './span.js';

/** What a store has seen since it was made. */
export interface TraceStats {
  /** Traces held now. */
  readonly traces: number;
  readonly spans: number;
  /** Traces that had to make room for newer ones. */
  readonly droppedTraces: number;
  /** Spans beyond the limit of their trace. */
  readonly droppedSpans: number;
}

/** How much a store keeps. */
export interface TraceStoreLimits {
  /** Traces held; the one that began first makes room. */
  readonly maxTraces: number;
  readonly maxSpansPerTrace: number;
}

/** Spans by trace, in memory and bounded: what does not fit is dropped, oldest trace first, and counted. */
export class TraceStore {
  readonly #limits: TraceStoreLimits;
  readonly #traces = new Map<string, Span[]>();
  #spans = 0;
  #droppedTraces = 0;
  #droppedSpans = 0;

  constructor(limits: TraceStoreLimits) {
    this.#limits = limits;
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) this.#addOne(span);
  }

  /** All spans of a trace by start time, or null when none is held. */
  trace(traceId: string): readonly Span[] | null {
    const spans = this.#traces.get(traceId.toLowerCase());
    return spans === undefined ? null : spans.toSorted((a, b) => a.startMs - b.startMs);
  }

  /** Names of the services that took part in a trace; empty when it is not held. */
  services(traceId: string): ReadonlySet<string> {
    return new Set(this.#traces.get(traceId.toLowerCase())?.map((span) => span.service));
  }

  stats(): TraceStats {
    return {
      traces: this.#traces.size,
      spans: this.#spans,
      droppedTraces: this.#droppedTraces,
      droppedSpans: this.#droppedSpans,
    };
  }

  #addOne(span: Span): void {
    const held = this.#traces.get(span.traceId);
    if (held === undefined) {
      this.#makeRoom();
      this.#traces.set(span.traceId, [span]);
    } else if (held.length >= this.#limits.maxSpansPerTrace) {
      this.#droppedSpans += 1;
      return;
    } else {
      held.push(span);
    }
    this.#spans += 1;
  }

  #makeRoom(): void {
    if (this.#traces.size < this.#limits.maxTraces) return;
    // A Map hands its keys out in the order in which they were set.
    const [oldest, spans] = this.#traces.entries().next().value ?? ['', []];
    this.#traces.delete(oldest);
    this.#spans -= spans.length;
    this.#droppedTraces += 1;
  }
}
