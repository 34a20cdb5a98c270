import { CommandFailure, EXIT } from '../exit-codes.js';

const TIMEOUT_MS = 10_000;

/** An answer that came. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks for JSON. @throws CommandFailure `unreachable` when nobody answers, or not in JSON */
export async function getJson(url: string): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    const { cause } = error as Error;
    const why = cause instanceof Error ? cause.message : String(error);
    throw new CommandFailure(`${url} does not answer: ${why}. Does \`npm start\` run?`, EXIT.unreachable, {
      cause: error,
    });
  }
}

/** What a refusal says, from its problem details (RFC 9457) or from its status alone. */
export function problemText({ status, body }: HttpAnswer): string {
  const problem = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const text = problem['detail'] ?? problem['title'];
  return typeof text === 'string' ? text : `the answer was HTTP ${status}`;
}
