import { JSON_CONTENT_TYPE } from '@pitwall/contracts';
import { parseJson } from '@pitwall/messaging';
import { InvalidRequestError, ProblemError } from '@pitwall/runtime';
import { z } from 'zod';

/** What of a request its body is read from. */
export interface RequestWithBody {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/**
 * Reads a JSON body by a schema. Throws a {@link ProblemError} 415 or 400 for what is no JSON, and an
 * {@link InvalidRequestError} with every violation for what does not match.
 */
export function readBody<Schema extends z.ZodType>(
  { headers, body }: RequestWithBody,
  schema: Schema,
): z.output<Schema> {
  const type = String(headers['content-type'] ?? '');
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== JSON_CONTENT_TYPE) {
    throw new ProblemError(415, `The content-type is ${JSON.stringify(type)}, expected ${JSON_CONTENT_TYPE}.`);
  }
  const json = parseJson(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  if (!json.ok) throw new ProblemError(400, `The body cannot be read: ${json.message}`);
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(
    parsed.error.issues.map(({ path, message }) => ({
      pointer: path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      message,
    })),
  );
}
