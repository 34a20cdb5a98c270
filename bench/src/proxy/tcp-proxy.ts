import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { WriteWatch } from './write-watch.js';

/** What a proxy does with what passes. */
export type ProxyMode =
  /** Everything passes. */
  | { readonly kind: 'open' }
  /** Everything passes, so much later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Connections are reset, and new ones as soon as they are made. */
  | { readonly kind: 'cut' }
  /** Connections stay, and can be made, but nothing passes either way: what a pulled cable looks like. */
  | { readonly kind: 'half-open' }
  /** Requests that write pass, and the connection is reset before the answer does. */
  | { readonly kind: 'lost-acks' };

/** Where a proxy stands. */
export interface ProxyOptions {
  /** Where it listens on this machine. */
  readonly port: number;
  /** Where it leads, on this machine. */
  readonly targetPort: number;
  /** Finds requests that write, for each connection anew. */
  readonly watch: () => WriteWatch;
}

interface Link {
  readonly client: Socket;
  readonly target: Socket;
  readonly watch: WriteWatch;
  /** A request that writes is on its way, and its answer must not pass. */
  isDoomed: boolean;
}

/** Stands between clients and a server, and lets pass what its mode says. */
export class TcpProxy {
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #mode: ProxyMode = { kind: 'open' };
  #lostAnswers = 0;

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: false }, (client) => this.#accept(client));
  }

  static async listen(options: ProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    proxy.#server.listen({ port: options.port, host: '127.0.0.1' });
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Answers that were kept back so far. */
  get lostAnswers(): number {
    return this.#lostAnswers;
  }

  /** From now on. What a half-open time has swallowed is gone for good: those connections are reset when it is over. */
  set(mode: ProxyMode): void {
    const isStale = this.#mode.kind === 'half-open' || mode.kind === 'cut';
    this.#mode = mode;
    if (isStale) this.resetAll();
  }

  /** Resets every connection. New ones can be made, if the mode lets them. */
  resetAll(): void {
    for (const link of this.#links) this.#reset(link);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.resetAll();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    client.on('error', ignore);
    if (this.#mode.kind === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ port: this.#options.targetPort, host: '127.0.0.1' });
    target.on('error', ignore);
    for (const socket of [client, target]) socket.setNoDelay(true);
    const link: Link = { client, target, watch: this.#options.watch(), isDoomed: false };
    this.#links.add(link);
    client.on('data', (chunk) => this.#request(link, chunk));
    target.on('data', (chunk) => this.#answer(link, chunk));
    client.once('close', () => this.#end(link));
    target.once('close', () => this.#end(link));
  }

  #request(link: Link, chunk: Buffer): void {
    if (link.watch.sees(chunk) && this.#mode.kind === 'lost-acks') link.isDoomed = true;
    this.#pass(link.target, chunk);
  }

  #answer(link: Link, chunk: Buffer): void {
    if (link.isDoomed) {
      this.#lostAnswers += 1;
      this.#reset(link);
      return;
    }
    this.#pass(link.client, chunk);
  }

  #pass(to: Socket, chunk: Buffer): void {
    if (this.#mode.kind === 'half-open') return;
    if (this.#mode.kind !== 'latency') {
      to.write(chunk);
      return;
    }
    // Timers of one length fire in their order.
    setTimeout(() => to.write(chunk), this.#mode.ms);
  }

  #reset(link: Link): void {
    this.#links.delete(link);
    link.client.resetAndDestroy();
    link.target.destroy();
  }

  /** One side has gone: in a half-open time the other does not hear of it. */
  #end(link: Link): void {
    if (this.#mode.kind === 'half-open') return;
    this.#links.delete(link);
    link.client.destroy();
    link.target.destroy();
  }
}

/** A connection that breaks is what this is for; each side sees it by itself. */
function ignore(): void {}
