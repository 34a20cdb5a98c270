const { PITWALL_SIMULATION_RUNS, PITWALL_SIMULATION_SEED } = process.env;

/** How often to simulate: a few hundred times in the unit tests, more by `PITWALL_SIMULATION_RUNS`. */
export const numRuns = Number(PITWALL_SIMULATION_RUNS ?? 200);

/** A seed that failed, to be run again: `PITWALL_SIMULATION_SEED`. */
export const seed = PITWALL_SIMULATION_SEED === undefined ? {} : { seed: Number(PITWALL_SIMULATION_SEED) };
