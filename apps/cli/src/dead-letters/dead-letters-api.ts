import type { z } from 'zod';
import type { CommandContext } from '../commands/command.js';
import { getJson, type HttpAnswer, postJson, problemText, readBody } from '../connection/http.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.js';

type Query = Readonly<Record<string, string | number | undefined>>;

/** What refusals of the results service mean for a command; any other one is a failure. */
const EXIT_BY_STATUS: Readonly<Record<number, ExitCode>> = { 400: EXIT.usage, 404: EXIT.notFound };
const FIRST_ERROR_STATUS = 400;
/** Hundreds of thousands are looked at in one go: longer than the service takes before it gives up a statement, or several. */
const TIMEOUT_MS = { get: 20_000, post: 60_000 };
/** What a service says that has no such route at all. */
const NO_ROUTE = /^Cannot (GET|POST) /;

/** The dead letters and redrives of the pipeline that is meant, as the results service has them. */
export class DeadLettersApi {
  /** Name of the pipeline. */
  readonly pipeline: string;
  readonly #base: string;
  readonly #signal: AbortSignal;

  /** @throws CommandFailure where the service or the pipeline is not known */
  constructor({ settings, signal }: Pick<CommandContext, 'settings' | 'signal'>) {
    const address = settings.address('results');
    this.pipeline = settings.pipeline();
    this.#base = `${address}/v1/pipelines/${encodeURIComponent(this.pipeline)}`;
    this.#signal = signal;
  }

  /** @throws CommandFailure with the code for what the service said */
  async get<Value>(path: string, schema: z.ZodType<Value>, query: Query = {}): Promise<Value> {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][]).toString()}`;
    return read(await getJson(`${this.#base}${path}${search}`, this.#signal, TIMEOUT_MS.get), schema);
  }

  /** @throws CommandFailure with the code for what the service said */
  async post<Value>(path: string, schema: z.ZodType<Value>, body: object): Promise<Value> {
    return read(
      await postJson(`${this.#base}${path}`, body, { signal: this.#signal, timeoutMs: TIMEOUT_MS.post }),
      schema,
    );
  }
}

function read<Value>(answer: HttpAnswer, schema: z.ZodType<Value>): Value {
  if (answer.status < FIRST_ERROR_STATUS) return readBody(answer, schema);
  throw new CommandFailure(refusalOf(answer), EXIT_BY_STATUS[answer.status] ?? EXIT.failed);
}

/** What was refused, each violation on a line of its own. */
function refusalOf(answer: HttpAnswer): string {
  if (NO_ROUTE.test(problemText(answer))) return `${answer.url} knows no dead letters. Is it the results service?`;
  const { errors = [] } = answer.body as { readonly errors?: readonly { pointer: string; message: string }[] };
  if (errors.length < 2) return problemText(answer);
  return [problemText(answer), ...errors.map(({ pointer, message }) => `  ${pointer}: ${message}`)].join('\n');
}
