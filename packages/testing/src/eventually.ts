import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** How long to wait, and for what. */
export interface EventuallyOptions {
  /** Ends the sentence `waited … for`, e.g. `the decision of flight 17`. */
  readonly what: string;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Milliseconds between two looks; default 50. */
  readonly everyMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_EVERY_MS = 50;

/**
 * Looks again and again until the condition gives something: not `undefined`, `null` or `false`. A throw counts as not yet.
 * Tests wait for a condition with this, and never for a time.
 *
 * @returns what the condition gave.
 * @throws Error after the time-out: what was waited for and what the last look gave or threw.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = DEFAULT_TIMEOUT_MS, everyMs = DEFAULT_EVERY_MS }: EventuallyOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const look = await lookOnce(condition);
    if (look.isThere) return look.value as Exclude<T, undefined | null | false>;
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms for ${what}; the last look ${look.described}.`, { cause: look.cause });
    }
    await sleep(everyMs);
  }
}

type Look<T> =
  | { readonly isThere: true; readonly value: T }
  | { readonly isThere: false; readonly described: string; readonly cause?: unknown };

async function lookOnce<T>(condition: () => T | Promise<T>): Promise<Look<T>> {
  try {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return { isThere: true, value };
    return { isThere: false, described: `gave ${inspect(value)}` };
  } catch (cause) {
    return { isThere: false, described: `threw ${cause instanceof Error ? cause.message : inspect(cause)}`, cause };
  }
}
