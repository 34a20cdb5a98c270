import { deadLettersTopic, feedbackTopic, predictionsTopic } from '@pitwall/contracts';

/** The topics whose progress results keeps with what it has stored of them. */
export const CLAIMED_TOPICS = [predictionsTopic, feedbackTopic, deadLettersTopic];
