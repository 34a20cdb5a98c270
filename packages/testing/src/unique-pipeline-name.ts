import { randomBytes } from 'node:crypto';

/** A pipeline name that no other test uses, so that its topics and groups are its own: `test-` and 12 hex digits. */
export function uniquePipelineName(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}
