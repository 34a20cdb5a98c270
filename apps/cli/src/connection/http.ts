import type { z } from 'zod';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { printable } from '../output/words.js';

const TIMEOUT_MS = 10_000;
const MAX_SHOWN_URL = 200;

/** An answer that came. */
export interface HttpAnswer {
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

/** Asks for JSON. @throws CommandFailure `unreachable` when nobody answers, or not in JSON */
export function getJson(url: string, signal: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<HttpAnswer> {
  return ask(url, { signal }, timeoutMs);
}

/** How long an answer is waited for. */
export interface Patience {
  readonly signal: AbortSignal;
  /** 10 s when not given. */
  readonly timeoutMs?: number;
}

/** Sends JSON and asks for JSON. @throws CommandFailure as {@link getJson} does */
export function postJson(
  url: string,
  body: unknown,
  { signal, timeoutMs = TIMEOUT_MS }: Patience,
): Promise<HttpAnswer> {
  const headers = { 'content-type': 'application/json' };
  return ask(url, { method: 'POST', headers, body: JSON.stringify(body), signal }, timeoutMs);
}

async function ask(
  url: string,
  request: RequestInit & { readonly signal: AbortSignal },
  timeoutMs: number,
): Promise<HttpAnswer> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(url, { ...request, signal });
    return { url, status: response.status, body: await response.json() };
  } catch (error) {
    const shown = printable(url, MAX_SHOWN_URL);
    throw new CommandFailure(`${shown} does not answer: ${whyNot(error)}. Does \`npm start\` run?`, EXIT.unreachable, {
      cause: error,
    });
  }
}

/** Why a request was not answered, in few words. */
export function whyNot(error: unknown): string {
  const { cause, message, name } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

/** What a refusal says, from its problem details (RFC 9457) or from its status alone. */
export function problemText({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): string {
  const problem = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const text = problem['detail'] ?? problem['title'];
  return typeof text === 'string' ? text : `the answer was HTTP ${status}`;
}

/** What the answer holds. @throws CommandFailure `failed` when it is not what this version of the command knows */
export function readBody<Value>({ url, body }: HttpAnswer, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined ? '' : ` (/${issue.path.join('/')}: ${issue.message})`;
  throw new CommandFailure(
    `${url} answers something else than this command expects${place}. Is it a Pitwall service of another version?`,
    EXIT.failed,
    { cause: parsed.error },
  );
}
