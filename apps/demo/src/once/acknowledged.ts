/** Contents that were acknowledged, by digest, and how often each. */
export class AcknowledgedDigests {
  readonly #counts = new Map<string, number>();
  #records = 0;

  add(digest: string): void {
    this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1);
    this.#records += 1;
  }

  get records(): number {
    return this.#records;
  }

  /** Records that were acknowledged and are not among those that stand on the topic. */
  missingFrom(digests: readonly string[]): number {
    const standing = new Map<string, number>();
    for (const digest of digests) standing.set(digest, (standing.get(digest) ?? 0) + 1);
    let missing = 0;
    for (const [digest, count] of this.#counts) missing += Math.max(0, count - (standing.get(digest) ?? 0));
    return missing;
  }
}
