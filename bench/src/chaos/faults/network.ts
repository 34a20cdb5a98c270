import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import { SERVICES } from '@pitwall/platform';
import type { TcpProxy } from '../../proxy/tcp-proxy.js';
import type { Instance } from '../../world/crew.js';
import type { LinkName } from '../../world/links.js';
import type { Fault, FaultContext, Injection } from './fault.js';
import { watchHealth } from './health-watch.js';

/** Shorter outages are over before anybody has to say so. */
const WATCHED_FROM_MS = 15_000;
const RESET_EVERY_MS = 1_000;
const LATENCY_MS = 200;

type NetworkFault = Extract<Fault, { kind: 'network' }>;

/** Breaks one link of all services in one way for a time. */
export async function network(context: FaultContext, fault: NetworkFault): Promise<Injection> {
  const { link, how, forMs } = fault;
  const proxy = proxyOf(context, link);
  const lostBefore = proxy.lostAnswers;
  const health = isOutage(fault) ? watchHealth(affectedBy(context, link)) : null;
  context.timeline.note(`${link}: ${how}`);
  try {
    await breakLink(context, proxy, fault);
  } finally {
    proxy.set({ kind: 'open' });
  }
  context.timeline.note(`${link}: open again`);
  const violations = (await health?.stop()) ?? [];
  const what = `${link} ${how} for ${forMs / 1000} s`;
  const injection = { what, kills: 0, fromMs: performance.now(), violations };
  return how === 'lost-acks' ? withLost(injection, proxy.lostAnswers - lostBefore) : injection;
}

function proxyOf({ links }: FaultContext, link: LinkName): TcpProxy {
  if (links !== null) return links.proxies[link];
  throw new PitwallError(`There is no proxy to ${link}: the scenario does not say that it is proxied.`, {
    code: 'not_proxied',
  });
}

async function breakLink({ signal }: FaultContext, proxy: TcpProxy, { how, forMs }: NetworkFault): Promise<void> {
  if (how !== 'reset') {
    proxy.set(how === 'latency' ? { kind: how, ms: LATENCY_MS } : { kind: how });
    await sleep(forMs, undefined, { signal });
    return;
  }
  for (let passed = 0; passed < forMs; passed += RESET_EVERY_MS) {
    proxy.resetAll();
    await sleep(RESET_EVERY_MS, undefined, { signal });
  }
}

/** A try in which nothing was lost has tried nothing. */
function withLost(injection: Injection, lost: number): Injection {
  const { what, violations } = injection;
  const none = lost === 0 ? ['No acknowledgement was lost: nothing was tried'] : [];
  return { ...injection, what: `${what} (${lost} lost)`, violations: [...violations, ...none] };
}

function isOutage({ how, forMs }: NetworkFault): boolean {
  return forMs >= WATCHED_FROM_MS && (how === 'cut' || how === 'half-open');
}

function affectedBy({ crew }: FaultContext, link: LinkName): readonly Instance[] {
  const users = SERVICES.filter(({ hasDatabase }) => link === 'kafka' || hasDatabase).map(({ name }) => name);
  return crew.instances.filter(({ service }) => users.some((name) => name === service));
}
