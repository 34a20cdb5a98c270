import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PitwallError } from '@pitwall/contracts';
import { codeOf, messageOf } from '../error-facts.js';
import type { HealthRegistry } from '../health/health-registry.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';

/** Answers a request; Node's own form. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Where to listen, and what the server's own answers are made of. */
export interface FrontServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly health: HealthRegistry;
  readonly metricsText: () => Promise<string>;
  /** The service's OpenAPI document. */
  readonly openApi: object;
}

const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
const CLOSE_LIMIT_MS = 2_000;
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The HTTP server of a service. It answers `/livez`, `/readyz`, `/metrics` and `/openapi.json` itself from the first moment of the process to
 * its last, also while the application waits for its database; everything else it hands to the application.
 */
export class FrontServer {
  /** Base URL of the server, with the port that it has got. */
  readonly url: string;
  private application: RequestHandler = refuseWhileStarting;
  private isClosing = false;

  private constructor(
    private readonly server: Server,
    private readonly options: FrontServerOptions,
  ) {
    const { address, port, family } = server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    server.on('request', (request, response) => this.handle(request, response));
  }

  /** Listens. Rejects with `port_taken` or `address_unusable`. */
  static async listen(options: FrontServerOptions): Promise<FrontServer> {
    const server = createServer();
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.listen(options.port, options.host);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw listenError(error, options);
    }
    return new FrontServer(server, options);
  }

  /** From now on the application answers. */
  serve(application: RequestHandler): void {
    this.application = application;
  }

  /** Takes no more connections and waits, for at most 2 s, for the answers that are due. */
  async close(): Promise<void> {
    this.isClosing = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    const timer = setTimeout(() => this.server.closeAllConnections(), CLOSE_LIMIT_MS);
    await closed;
    clearTimeout(timer);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    // A connection that was busy when the server closed is idle, and in the way, once its answer is sent.
    response.once('close', () => {
      if (this.isClosing) this.server.closeIdleConnections();
    });
    const path = request.url?.split('?', 1)[0] ?? '/';
    const own = this.ownAnswers[path];
    if (own === undefined) {
      this.application(request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      sendProblem(response, 405, `${path} answers GET and HEAD, not ${request.method}.`);
      return;
    }
    own(response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendProblem(response, 500, `${path} cannot be answered: ${messageOf(error)}.`);
    });
  }

  private readonly ownAnswers: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    // Says that the event loop turns, and nothing of Kafka or PostgreSQL: restarting would not bring them back.
    '/livez': async (response) => send(response, 200, { type: 'application/json', body: '{"status":"live"}' }),
    '/readyz': async (response) => {
      const report = await this.options.health.report();
      const status = report.status === 'ready' ? 200 : 503;
      send(response, status, { type: 'application/json', body: JSON.stringify(report) });
    },
    '/openapi.json': async (response) =>
      send(response, 200, { type: 'application/json', body: JSON.stringify(this.options.openApi) }),
    '/metrics': async (response) => send(response, 200, { type: METRICS_TYPE, body: await this.options.metricsText() }),
  };
}

function refuseWhileStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('retry-after', '1');
  sendProblem(response, 503, 'The service is starting; /readyz says what it waits for.');
}

function sendProblem(response: ServerResponse, status: number, detail: string): void {
  send(response, status, { type: PROBLEM_TYPE, body: JSON.stringify(problemOf(status, detail)) });
}

interface Content {
  readonly type: string;
  readonly body: string;
}

function send(response: ServerResponse, status: number, content: Content): void {
  response.writeHead(status, {
    'content-type': content.type,
    'content-length': Buffer.byteLength(content.body),
    'cache-control': 'no-store',
  });
  response.end(content.body);
}

function listenError(error: unknown, options: FrontServerOptions): PitwallError {
  const place = `${options.host}:${options.port}`;
  return codeOf(error) === 'EADDRINUSE'
    ? new PitwallError(`Port ${place} is taken. Stop who has it, or set HTTP_PORT to another one.`, {
        code: 'port_taken',
        cause: error,
      })
    : new PitwallError(`Cannot listen on ${place}: ${String(error)}. Check HTTP_HOST and HTTP_PORT.`, {
        code: 'address_unusable',
        cause: error,
      });
}
