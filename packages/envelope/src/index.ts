export { contentModeOf, type Envelope, type EnvelopeRules, isDead, type RecordContent } from './envelope.js';
export { eventIdentity, type IdentityScope } from './event-identity.js';
export { eventTimeOf } from './event-time.js';
export { headerIdentity, identityHint, isUsable, lacksId, statedEntity, statedId } from './identity-hint.js';
export { readEnvelope } from './read-envelope.js';
