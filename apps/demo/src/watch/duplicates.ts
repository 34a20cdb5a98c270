const TIMEOUT_MS = 1_000;

/** The settlement of a record whose content was decided before, as the results service counts it. */
const DUPLICATES = /^pitwall_decisions\w*\{[^}]*settlement="duplicate"[^}]*\} (\S+)/gm;

/** Sums the duplicates that a `/metrics` text of the results service counts; 0 where it counts none. */
export function duplicatesIn(metricsText: string): number {
  return [...metricsText.matchAll(DUPLICATES)].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Follows a counter that begins at 0 again when its process is started again. */
export class FollowedCounter {
  #total = 0;
  #last = 0;

  /** The counter says this now. */
  saw(value: number): void {
    this.#total += value >= this.#last ? value - this.#last : value;
    this.#last = value;
  }

  get total(): number {
    return this.#total;
  }
}

/** Asks the results service; null where it does not answer, which the next look makes up for. */
export async function readDuplicates(resultsUrl: string): Promise<number | null> {
  try {
    const response = await fetch(`${resultsUrl}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return duplicatesIn(await response.text());
  } catch {
    return null;
  }
}
