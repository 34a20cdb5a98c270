import type { Evidence } from '../verdict.js';
import { found, type Law } from './law.js';

/** L4. What a redrive brought back comes when it comes. */
export const orderPerEntity: Law = {
  code: 'L4',
  promise: 'First copies of results come, per entity, in the order of the raw records.',
  findings: ({ evidence }) => found('results overtook an earlier one of their entity', outOfOrder(evidence)),
};

function outOfOrder({ results, redriven }: Evidence): readonly string[] {
  const last = new Map<string, number>();
  const wrong: string[] = [];
  for (const [resultId, { entity, origin }] of results) {
    if (redriven.has(origin)) continue;
    const [partition, offset] = origin.split(':');
    // Producers that spread an entity over partitions have given up its order.
    const key = `${partition} ${entity}`;
    const before = last.get(key) ?? -1;
    if (Number(offset) < before) wrong.push(`${resultId} of ${entity}, raw record ${origin} after offset ${before}`);
    last.set(key, Math.max(before, Number(offset)));
  }
  return wrong;
}
