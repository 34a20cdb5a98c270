import { deadLettersTopic, outcomesTopic, predictionsTopic, resultsTopic } from '@pitwall/contracts';

/** The topics whose progress monitoring keeps with what it has counted of them. */
export const CLAIMED_TOPICS = [predictionsTopic, resultsTopic, outcomesTopic, deadLettersTopic];
