import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { PitwallError } from '@pitwall/contracts';
import { parseTraceExport } from './otlp-json.js';
import { TraceStore, type TraceStoreLimits } from './trace-store.js';

/** Where a receiver listens, and how much it keeps. */
export interface TraceReceiverOptions extends Partial<TraceStoreLimits> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A running receiver. */
export interface TraceReceiver {
  /** Base URL: what `OTEL_EXPORTER_OTLP_ENDPOINT` is set to. */
  readonly url: string;
  readonly store: TraceStore;
  /** Stops listening and cuts the connections that are open. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const DEFAULT_LIMITS: TraceStoreLimits = { maxTraces: 20_000, maxSpansPerTrace: 200 };

/**
 * Starts a small OTLP/HTTP receiver: `POST /v1/traces` takes exports as JSON (gzip or plain), `GET /traces/<traceId>` answers
 * `{ traceId, spans }` and `GET /traces` the counts. It keeps the last traces in memory and is meant for one machine, for
 * looking and for tests; a real collector takes its place by `OTEL_EXPORTER_OTLP_ENDPOINT`.
 *
 * Rejects when the port is taken.
 */
export async function startTraceReceiver(options: TraceReceiverOptions): Promise<TraceReceiver> {
  const { host = '127.0.0.1', port, ...limits } = options;
  const store = new TraceStore({ ...DEFAULT_LIMITS, ...limits });
  const server = createServer((request, response) => {
    answer(request, store).then(
      ({ status, body }) => reply(response, status, body),
      (error: unknown) =>
        reply(response, statusOf(error), { title: error instanceof Error ? error.message : 'failed' }),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    store,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const NOT_FOUND: Answer = { status: 404, body: { title: 'There is no such trace or address.' } };

async function answer(request: IncomingMessage, store: TraceStore): Promise<Answer> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'POST' && path === '/v1/traces') {
    store.add(parseTraceExport(await jsonBody(request)));
    return { status: 200, body: { partialSuccess: {} } };
  }
  if (request.method !== 'GET') return NOT_FOUND;
  if (path === '/traces') return { status: 200, body: store.stats() };
  const traceId = /^\/traces\/([0-9a-f]{32})$/i.exec(path)?.[1];
  const spans = traceId === undefined ? null : store.trace(traceId);
  return spans === null ? NOT_FOUND : { status: 200, body: { traceId, spans } };
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/json')) {
    throw new PitwallError(
      `Got content type "${type}", expected application/json: set the exporter to OTLP/HTTP with JSON.`,
      {
        code: 'unsupported_media_type',
      },
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new PitwallError(`The body is larger than ${MAX_BODY_BYTES} bytes.`, { code: 'too_large' });
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return parse(request.headers['content-encoding'] === 'gzip' ? unzip(body) : body);
}

function unzip(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw new PitwallError('The body is said to be gzip and cannot be unpacked.', {
      code: 'invalid_otlp',
      cause: error,
    });
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new PitwallError('The body is not JSON.', { code: 'invalid_otlp', cause: error });
  }
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  invalid_otlp: 400,
  too_large: 413,
  unsupported_media_type: 415,
};

function statusOf(error: unknown): number {
  return error instanceof PitwallError ? (STATUS_BY_CODE[error.code] ?? 500) : 500;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
