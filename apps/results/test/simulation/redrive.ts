import type { Simulation } from '@pitwall/simulation';
import { type Plan, plans } from './plan.js';
import { type Sabotage, SimResults } from './sim-results.js';

/** A redrive by services that are killed, frozen, cut off and started anew, with this sabotage. */
export function redrive(sabotage?: Sabotage): Simulation<Plan> {
  return { name: 'redrive', plans, run: (plan, scheduler) => new SimResults(plan, scheduler, sabotage).run() };
}
