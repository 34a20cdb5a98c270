/** The limits of the event path, in one place. All sizes in bytes. */
export const LIMITS = {
  /** A raw event's value. */
  maxEventBytes: 256 * 1024,
  /** A record that producers may write, headers and key included. */
  maxEventRecordBytes: 512 * 1024,
  /** What a record may grow by when it is given back: its topic takes that much more, so that what was accepted once is accepted again. */
  maxRedriveGrowthBytes: 1024,
  /** Any message that Pitwall derives from an event. */
  maxDerivedBytes: 1024 * 1024,
  /** The header that says of a record why it is dead: the violations are cut until it fits. */
  maxDeadLetterHeaderBytes: 48 * 1024,
  /** An event id, a source, an entity (UTF-8). */
  maxIdBytes: 512,
  maxJsonDepth: 32,
  /** Object keys and array elements of one document together. */
  maxJsonNodes: 10_000,
  /** Violations listed in a dead letter; the rest is counted. */
  maxViolations: 50,
} as const;
