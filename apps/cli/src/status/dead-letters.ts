import { deadLetterGroupsViewSchema } from '@pitwall/contracts';
import { getJson } from '../connection/http.js';

/** The dead letters that are kept. */
export interface KeptDeadLetters {
  /** All of them, open or closed. */
  readonly count: number;
  /** Those about which something is left to be done. */
  readonly open: number;
  /** Open ones by reason code, the most first. */
  readonly openByReason: Readonly<Record<string, number>>;
}

const OK = 200;

/** Asks results; null where it does not answer or does not know the pipeline. */
export async function readDeadLetters(
  url: string | null,
  pipeline: string,
  signal: AbortSignal,
): Promise<KeptDeadLetters | null> {
  if (url === null) return null;
  try {
    const answer = await getJson(`${url}/v1/pipelines/${encodeURIComponent(pipeline)}/dead-letter-groups`, signal);
    const view = answer.status === OK ? deadLetterGroupsViewSchema.safeParse(answer.body) : null;
    if (view?.success !== true) return null;
    const { count, open, groups } = view.data;
    const byReason = new Map<string, number>();
    for (const group of groups) byReason.set(group.reason, (byReason.get(group.reason) ?? 0) + group.open);
    const openOnes = [...byReason].filter(([, of]) => of > 0).toSorted(([, one], [, other]) => other - one);
    return { count, open, openByReason: Object.fromEntries(openOnes) };
  } catch {
    // Whether the service answers is said where the services are; here its part is left out.
    return null;
  }
}
