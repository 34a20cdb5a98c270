import { gauge, type Logger, METRIC } from '@pitwall/telemetry';
import type { HealthRegistry } from '../health/health-registry.js';

const EVERY_MS = 1_000;
const ready = gauge(METRIC.ready);

/** Looks at the health now and every second, keeps the metric, and logs every change from ready to not ready and back. */
export function watchReadiness(health: HealthRegistry, logger: Logger): () => void {
  let last: string | null = null;
  const look = async (): Promise<void> => {
    const report = await health.report();
    ready.record(report.status === 'ready' ? 1 : 0);
    // What is waited for at the start is told by who waits for it.
    if (report.checks['startup'] !== undefined) return;
    const reasons = Object.entries(report.checks).flatMap(([name, result]) =>
      result.status === 'down' ? [`${name}: ${result.reason}`] : [],
    );
    const current = reasons.join('; ');
    if (current === last) return;
    last = current;
    if (current === '') logger.info('ready');
    else logger.warn({ reasons }, 'not ready');
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
