import type { Fault, FaultContext, Injection } from './fault.js';

/** A rolling upgrade: each process is asked to end, has to do so in time with exit code 0, and is started again. */
export async function roll({ crew }: FaultContext, { service }: Extract<Fault, { kind: 'roll' }>): Promise<Injection> {
  const violations: string[] = [];
  const fromMs = performance.now();
  for (const instance of crew.instancesOf(service)) {
    const { code, signal } = await crew.roll(instance);
    if (code !== 0) violations.push(`${instance.name} was asked to end and did with code ${code}, signal ${signal}`);
  }
  return { what: `SIGTERM ${service}, and start`, kills: 0, fromMs, violations };
}
