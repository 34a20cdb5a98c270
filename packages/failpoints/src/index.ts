export { armFailpoints, failpoint, isPlanted, type Sabotage } from './failpoints.js';
export { FAILPOINTS, type Failpoint, PLANTED_BUGS, type PlantedBug } from './names.js';
export { type ArmedFailpoint, FAILPOINT_SYNTAX, type FailpointAction, parseFailpoint } from './parse-failpoint.js';
