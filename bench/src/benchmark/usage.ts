import { type ProcessUsage, processUsageOf, SERVICES } from '@pitwall/platform';
import type { Stack } from '@pitwall/stack';

/** A row of the table: a process of the platform, its children apart. */
export interface ProcessCost {
  readonly name: string;
  /** CPU seconds of the drain; null where the system does not say (anything but Linux). */
  readonly cpuSeconds: number | null;
  readonly cpuSecondsPerMillion: number | null;
  /** Most that was resident at any time, bytes: the process alone, or the largest of the children. */
  readonly peakBytes: number | null;
}

/** What every process has used so far, by name. */
export type UsageByProcess = ReadonlyMap<string, ProcessUsage | null>;

/** How the children of a process are called; those of others are theirs alone. */
const CHILDREN: Readonly<Record<string, string>> = {
  inference: 'inference: model',
  postgres: 'postgres: sessions',
};

/** Looks at all services, Kafka and PostgreSQL. */
export function usageOf({ kafka, postgres, services }: Stack): UsageByProcess {
  const onTheWay = SERVICES.map(({ name }) => services.services.get(name));
  const children = [...onTheWay, kafka, postgres].filter((child) => child != null);
  return new Map(children.map(({ name, pid }) => [name, pid === null ? null : processUsageOf(pid)]));
}

/** What each process has used between two looks, per million events; memory as of the second. In the order of the second look. */
export function costsBetween(before: UsageByProcess, after: UsageByProcess, events: number): readonly ProcessCost[] {
  return [...after].flatMap(([name, now]) => {
    const then = before.get(name) ?? null;
    if (now === null || then === null) return [unknownCost(name)];
    const cost = (row: string, cpuSeconds: number, peakBytes: number): ProcessCost => ({
      name: row,
      cpuSeconds,
      cpuSecondsPerMillion: (cpuSeconds * 1e6) / events,
      peakBytes,
    });
    const own = cost(name, now.cpuSeconds - then.cpuSeconds, now.peakBytes);
    const spent = now.childrenCpuSeconds - then.childrenCpuSeconds;
    if (now.children === 0 && spent === 0) return [own];
    return [own, cost(CHILDREN[name] ?? `${name}: children`, spent, now.largestChildPeakBytes)];
  });
}

/** Sum over some processes, null where one of them is not known. */
export function cpuPerMillion(costs: readonly ProcessCost[], isCounted: (name: string) => boolean): number | null {
  const counted = costs.filter(({ name }) => isCounted(name)).map(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion);
  return counted.includes(null) ? null : counted.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function unknownCost(name: string): ProcessCost {
  return { name, cpuSeconds: null, cpuSecondsPerMillion: null, peakBytes: null };
}
