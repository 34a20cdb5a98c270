import { SERVICES, type ServiceName } from '@pitwall/platform';
import { findFreePort, type ServiceSpec } from '@pitwall/stack';
import type { Environment, Instance } from './crew.js';

/** How many processes of each service there are; one of those that are not named. */
export type InstanceCounts = Partial<Readonly<Record<ServiceName, number>>>;

/** The processes of a run: the first of a service as it is started everywhere, the others beside it on ports of their own. */
export async function instancesOf(
  counts: InstanceCounts,
  specs: readonly ServiceSpec[],
  environment: Environment,
): Promise<readonly Instance[]> {
  const all: Instance[] = [];
  for (const { name: service } of SERVICES) {
    const first = specs.find(({ name }) => name === service);
    if (first === undefined) continue;
    for (let number = 1; number <= (counts[service] ?? 1); number += 1) {
      const spec = number === 1 ? first : besides(first, number, await findFreePort());
      all.push({ name: spec.name, service, spec: { ...spec, env: { ...spec.env, ...environment } } });
    }
  }
  return all;
}

function besides(spec: ServiceSpec, number: number, port: number): ServiceSpec {
  return {
    ...spec,
    name: `${spec.name}-${number}`,
    env: { ...spec.env, HTTP_PORT: String(port) },
    readyUrl: `http://127.0.0.1:${port}/readyz`,
  };
}
