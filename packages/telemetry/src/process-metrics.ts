import { monitorEventLoopDelay } from 'node:perf_hooks';
import { observe } from './instruments.js';
import { METRIC } from './metric-names.js';

const SECONDS_PER_MICROSECOND = 1e-6;
const SECONDS_PER_NANOSECOND = 1e-9;
const RESOLUTION_MS = 20;

/** Measures the process itself: CPU seconds, memory, event-loop delay, uptime. Returns what ends it. */
export function startProcessMetrics(): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const stops = [
    observe(METRIC.cpuTime, (result) => {
      const usage = process.cpuUsage();
      result.observe(usage.user * SECONDS_PER_MICROSECOND, { 'cpu.mode': 'user' });
      result.observe(usage.system * SECONDS_PER_MICROSECOND, { 'cpu.mode': 'system' });
    }),
    observe(METRIC.memoryUsage, (result) => result.observe(process.memoryUsage.rss())),
    observe(METRIC.heapUsed, (result) => result.observe(process.memoryUsage().heapUsed)),
    observe(METRIC.uptime, (result) => result.observe(process.uptime())),
    observe(METRIC.eventLoopDelayP99, (result) => result.observe(delay.percentile(99) * SECONDS_PER_NANOSECOND)),
    observe(METRIC.eventLoopDelayMax, (result) => {
      result.observe(delay.max * SECONDS_PER_NANOSECOND);
      delay.reset();
    }),
  ];
  return () => {
    delay.disable();
    for (const stop of stops) stop();
  };
}
