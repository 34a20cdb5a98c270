/** What is known of the members of groups in this process, between those who are members and the client that speaks for them. */

/** What is told of the members of groups, by member id. */
export interface MemberWatch {
  /** The coordinator acknowledged a heartbeat, or a join, that was sent at this `performance.now()`. */
  acknowledged(sentAt: number): void;
  /** The offset to be read does not exist: records are gone, or the log is another one. Nothing is read until it is resumed. */
  outOfRange(at: { readonly topic: string; readonly partition: number; readonly offset: number }): void;
}

const watches = new Map<string, MemberWatch>();
const lastAcknowledged = new Map<string, number>();
const rejoining = new Set<string>();

/** Watches a member that has joined, from now on; returns what ends it. What was acknowledged last is told at once. */
export function watchMember(memberId: string, watch: MemberWatch): () => void {
  watches.set(memberId, watch);
  rejoining.delete(memberId);
  const sentAt = lastAcknowledged.get(memberId);
  if (sentAt !== undefined) watch.acknowledged(sentAt);
  return () => {
    if (watches.get(memberId) !== watch) return;
    rejoining.delete(memberId);
    watches.delete(memberId);
    lastAcknowledged.delete(memberId);
  };
}

/** The coordinator has acknowledged what the member sent at this `performance.now()`. */
export function acknowledge(memberId: string, sentAt: number): void {
  lastAcknowledged.set(memberId, sentAt);
  watches.get(memberId)?.acknowledged(sentAt);
}

/** Makes this member join its group anew: every heartbeat says so until it has, that is, until it is watched again. */
export function requestRejoin(memberId: string): void {
  rejoining.add(memberId);
}

/** Whether it has been asked to, and has not joined since. */
export function isToRejoin(memberId: string): boolean {
  return rejoining.has(memberId);
}

/** Who watches a member; undefined before it has joined. */
export function watchOf(memberId: string): MemberWatch | undefined {
  return watches.get(memberId);
}
