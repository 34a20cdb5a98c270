import type { Simulation } from '@pitwall/simulation';
import { type Plan, plans } from './plan.js';
import type { DatabaseFaults } from './sim-database.js';
import { SimWorld } from './sim-world.js';

/** The delivery of records by services that are killed, frozen, cut off and started anew, against a database with these faults. */
export function delivery(faults?: DatabaseFaults): Simulation<Plan> {
  return { name: 'delivery', plans, run: (plan, scheduler) => new SimWorld(plan, scheduler, faults).run() };
}
