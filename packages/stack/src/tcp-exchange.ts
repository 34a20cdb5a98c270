import { once } from 'node:events';
import { connect } from 'node:net';

/** A question to a server on this machine. */
export interface Exchange {
  readonly host: string;
  readonly port: number;
  readonly request: Buffer;
  readonly timeoutMs: number;
}

/**
 * Sends one request over TCP and gives the bytes that came back when `isComplete` says so.
 * Null when the connection is refused or cut, or when the time is over.
 */
export function exchangeOverTcp(
  { host, port, request, timeoutMs }: Exchange,
  isComplete: (received: Buffer) => boolean,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    const socket = connect(port, host, () => socket.write(request));
    const end = (answer: Buffer | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isComplete(received)) end(received);
    });
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
  });
}

/** True when something accepts connections there within the time. */
export async function acceptsConnections(host: string, port: number, timeoutMs: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    // Refused, unreachable or too slow: the caller says what was tried.
    return false;
  } finally {
    socket.destroy();
  }
}
