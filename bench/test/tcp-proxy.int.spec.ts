import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { findFreePort } from '@pitwall/stack';
import { eventually } from '@pitwall/testing';
import { TcpProxy } from '../src/proxy/tcp-proxy.js';

/** Writes begin with `w`. */
const watch = () => ({ sees: (chunk: Buffer) => chunk.includes('w') });

describe('TcpProxy', () => {
  let echo: Server;
  let received: string;
  let proxy: TcpProxy;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    received = '';
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received += String(chunk);
        socket.write(chunk);
      });
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    port = await findFreePort();
    proxy = await TcpProxy.listen({ port, targetPort: (echo.address() as AddressInfo).port, watch });
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await proxy.close();
    echo.close();
  });

  /** A client, what it has been answered, and how its connection ended. */
  const aClient = () => {
    const client = { answered: '', error: null as string | null, socket: connect(port, '127.0.0.1') };
    sockets.push(client.socket);
    client.socket.on('data', (chunk) => (client.answered += String(chunk)));
    client.socket.on('error', (error: NodeJS.ErrnoException) => (client.error = error.code ?? 'error'));
    return client;
  };

  const answers = (client: ReturnType<typeof aClient>, text: string) =>
    eventually(() => client.answered === text, { what: `the answer ${text}` });

  it('lets everything pass', async () => {
    const client = aClient();
    client.socket.write('wr');
    await answers(client, 'wr');
  });

  it('delays what passes', async () => {
    proxy.set({ kind: 'latency', ms: 60 });
    const client = aClient();
    const from = performance.now();
    client.socket.write('r');
    await answers(client, 'r');
    expect(performance.now() - from).toBeGreaterThanOrEqual(110);
  });

  it('cuts connections, and refuses new ones until it is open again', async () => {
    const client = aClient();
    client.socket.write('r');
    await answers(client, 'r');
    proxy.set({ kind: 'cut' });
    await eventually(() => client.error === 'ECONNRESET', { what: 'the reset' });
    const next = aClient();
    await eventually(() => next.error === 'ECONNRESET', { what: 'the reset of a new connection' });
    proxy.set({ kind: 'open' });
    const last = aClient();
    last.socket.write('r');
    await answers(last, 'r');
  });

  it('lets nothing pass half-open, and no connection end', async () => {
    const client = aClient();
    client.socket.write('r');
    await answers(client, 'r');
    proxy.set({ kind: 'half-open' });
    client.socket.write('lost');
    const next = aClient();
    await once(next.socket, 'connect');
    next.socket.write('lost');
    proxy.set({ kind: 'open' });
    await eventually(() => client.error === 'ECONNRESET', { what: 'the reset afterwards' });
    expect([received, client.answered, next.answered]).toEqual(['r', 'r', '']);
  });

  it('loses the answer of a write that has arrived, and of no read', async () => {
    proxy.set({ kind: 'lost-acks' });
    const client = aClient();
    client.socket.write('r');
    await answers(client, 'r');
    client.socket.write('w');
    await eventually(() => client.error === 'ECONNRESET', { what: 'the reset' });
    expect([received, client.answered, proxy.lostAnswers]).toEqual(['rw', 'r', 1]);
  });
});
