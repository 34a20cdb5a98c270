import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A request that came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is answered: the first entry whose `METHOD /path` (below the pipeline) is asked for; the last body holds on. */
export type Answers = Readonly<Record<string, readonly { readonly status?: number; readonly body: unknown }[]>>;

/** A results service that says what it is told to, and remembers what it was asked. */
export class FakeResults {
  readonly seen: SeenRequest[] = [];
  private answers = new Map<string, { status?: number; body: unknown }[]>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://results');
      const path = url.pathname.replace('/v1/pipelines/p', '');
      const method = request.method ?? '';
      void (async () => {
        const body: unknown = method === 'POST' ? await json(request) : null;
        this.seen.push({ method, path, query: Object.fromEntries(url.searchParams), body });
        const left = this.answers.get(`${method} ${path}`) ?? [];
        const answer = left.length > 1 ? left.shift() : left[0];
        const status = answer === undefined ? 404 : (answer.status ?? 200);
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer?.body ?? { title: 'Not Found', status, detail: `No ${path}.` }));
      })();
    });
  }

  static async start(): Promise<FakeResults> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeResults(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Forgets what was, and answers this from now on. */
  answer(answers: Answers): void {
    this.seen.length = 0;
    this.answers = new Map(Object.entries(answers).map(([route, bodies]) => [route, [...bodies]]));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
