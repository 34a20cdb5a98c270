export { dataSetFile, readFlights } from './data-set.js';
export type { Flight, FlightSelection } from './flight.js';
export { type Draft, draftOf, POISON } from './poison.js';
export { type Random, randomAt, wholeBelow } from './random.js';
export { type ProducedPipeline, rawRecord } from './raw-record.js';
export { MAX_DUPLICATE_DISTANCE, NOISE, type Noise, type PlannedRecord, planReplay } from './replay-plan.js';
