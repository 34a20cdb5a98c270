import { METRIC } from '@pitwall/telemetry';
import { z } from 'zod';
import type { Settings } from '../connection/config.js';
import { whyNot } from '../connection/http.js';
import { parseMetrics, type Sample, samplesOf } from './metrics-text.js';

/** The services that are looked at, in the order of the event path. */
export const SERVICES = ['ingestion', 'inference', 'results', 'monitoring'] as const;
/** One of {@link SERVICES}. */
export type ServiceName = (typeof SERVICES)[number];

const checkSchema = z.object({
  status: z.enum(['up', 'down']),
  reason: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
});
const readinessSchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string(), checkSchema),
});

/** One service, as it answers for itself. */
export interface ServiceStatus {
  readonly name: ServiceName;
  /** Null where nobody says where it is. */
  readonly url: string | null;
  readonly state: 'ready' | 'not_ready' | 'unreachable';
  /** Why it is not ready, a sentence each. */
  readonly reasons: readonly string[];
  /** Seconds since its process was started; null where it does not say. */
  readonly uptimeSeconds: number | null;
  /** What `/readyz` says of each check; empty where it does not answer. */
  readonly checks: Readonly<Record<string, z.infer<typeof checkSchema>>>;
  /** What `/metrics` says; empty where it does not answer. */
  readonly samples: readonly Sample[];
}

const TIMEOUT_MS = 3_000;

/** Asks every service, side by side. Whoever does not answer is unreachable; never rejects. */
export function readServices(settings: Settings, signal: AbortSignal): Promise<readonly ServiceStatus[]> {
  return Promise.all(SERVICES.map((name) => readService(name, settings.knownAddress(name), signal)));
}

async function readService(name: ServiceName, url: string | null, signal: AbortSignal): Promise<ServiceStatus> {
  const absent = { name, url, state: 'unreachable', uptimeSeconds: null, checks: {}, samples: [] } as const;
  if (url === null) return { ...absent, reasons: ['where it is to be found is not known'] };
  try {
    // A service that is not ready answers 503 with the same document.
    const ready = await ask(`${url}/readyz`, signal);
    const { status, checks } = readinessSchema.parse(await ready.json());
    const samples = parseMetrics(await (await ask(`${url}/metrics`, signal)).text());
    const reasons = Object.entries(checks).flatMap(([check, { status: is, reason }]) =>
      is === 'up' ? [] : [`${check}: ${reason ?? 'no reason given'}`],
    );
    const [uptime] = samplesOf(samples, METRIC.uptime);
    return { name, url, state: status, reasons, uptimeSeconds: uptime?.value ?? null, checks, samples };
  } catch (error) {
    return { ...absent, reasons: [sentenceOf(error)] };
  }
}

function ask(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
}

function sentenceOf(error: unknown): string {
  const isOther = error instanceof z.ZodError || error instanceof SyntaxError;
  return isOther ? '/readyz answers no readiness: is it Pitwall?' : whyNot(error);
}
