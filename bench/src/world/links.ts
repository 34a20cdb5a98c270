import type { ServiceSettings } from '@pitwall/platform';
import { findFreePort, type ProxiedListener, type Stack } from '@pitwall/stack';
import { TcpProxy } from '../proxy/tcp-proxy.js';
import { CommitWatch, ProduceWatch } from '../proxy/write-watch.js';

/** What can be broken between services and the servers that they use. */
export const LINKS = ['kafka', 'postgres'] as const;
/** One of {@link LINKS}. */
export type LinkName = (typeof LINKS)[number];

/** Proxies between the services and Kafka and PostgreSQL. Whoever sends load and whoever judges goes the direct way. */
export interface Links {
  readonly proxies: Readonly<Record<LinkName, TcpProxy>>;
  /** Where services find Kafka and PostgreSQL then. */
  readonly settings: Pick<ServiceSettings, 'databaseUrl' | 'kafkaBrokers'>;
  close(): Promise<void>;
}

/** Where the broker is to listen for the proxy, and where that will be. */
export async function choosePorts(): Promise<ProxiedListener> {
  return { port: await findFreePort(), proxyPort: await findFreePort() };
}

/** Opens both proxies; everything passes. */
export async function openLinks(stack: Stack, proxied: ProxiedListener): Promise<Links> {
  const database = new URL(stack.databaseUrl);
  const databasePort = await findFreePort();
  const kafka = await TcpProxy.listen({
    port: proxied.proxyPort,
    targetPort: proxied.port,
    watch: () => new ProduceWatch(),
  });
  const postgres = await TcpProxy.listen({
    port: databasePort,
    targetPort: Number(database.port),
    watch: () => new CommitWatch(),
  });
  database.port = String(databasePort);
  return {
    proxies: { kafka, postgres },
    settings: { kafkaBrokers: [`127.0.0.1:${proxied.proxyPort}`], databaseUrl: database.toString() },
    close: async () => {
      await Promise.all([kafka.close(), postgres.close()]);
    },
  };
}
