/** What texts of one kind look like: for the schemas, and for the checks by hand beside them. */
export const PATTERN = {
  pipelineName: /^[a-z][a-z0-9-]{0,62}$/,
  /** SHA-256 in hex. */
  sha256: /^[0-9a-f]{64}$/,
} as const;
