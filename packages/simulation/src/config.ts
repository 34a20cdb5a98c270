const { PITWALL_SIMULATION_SEEDS, PITWALL_SIMULATION_SEED } = process.env;

/** How many seeds `npm run simulate` asks for; null in the unit tests. */
export const askedSeeds = PITWALL_SIMULATION_SEEDS === undefined ? null : Number(PITWALL_SIMULATION_SEEDS);

/** The first seed. The unit tests always take the same, so that they fail for what was changed and for nothing else. */
export const firstSeed = Number(PITWALL_SIMULATION_SEED ?? 1);
