import { HEADER, parseOrigin, predictionsTopic, resultMessageSchema, resultsTopic } from '@pitwall/contracts';
import { headerOf, type InboundRecord, type InMemoryBroker } from '@pitwall/messaging';
import type { Fate, Plan } from './plan.js';
import type { SimRedrives } from './sim-redrives.js';
import { placeOf, type SimResultsDatabase } from './sim-results-database.js';

/** What a run has left behind. */
export interface Remains {
  readonly plan: Plan;
  readonly broker: InMemoryBroker;
  readonly database: SimResultsDatabase;
  readonly redrives: SimRedrives;
  /** Of the raw records, by place. */
  readonly fates: ReadonlyMap<string, Fate>;
  /** Of all events that can be decided. */
  readonly identities: ReadonlySet<string>;
}

/** Every identity is decided once, every copy is the same, and every dead letter that was redriven has come to an end. */
export function checkLaws(remains: Remains): void {
  checkDecisions(remains);
  checkResults(remains);
  for (const row of remains.redrives.rows) checkRedriven(remains, row);
  checkHopeless(remains);
}

/** Records that a redrive has sent for a dead letter, copies included. */
export function copiesOf(
  { broker, database }: Pick<Remains, 'broker' | 'database'>,
  deadLetterId: string,
): readonly InboundRecord[] {
  const letter = database.letters.get(deadLetterId)?.letter;
  if (letter === undefined) return [];
  return broker.records(predictionsTopic.name('flights')).filter(({ headers }) => {
    const attempt = Number(String(headerOf(headers, HEADER.redriveAttempt) ?? '0'));
    return attempt === letter.redriveAttempt + 1 && originIn(headers) === placeOf(letter.origin);
  });
}

function checkDecisions({ database, identities }: Remains): void {
  const decided: readonly string[] = database.decisions.map(({ resultId }) => resultId);
  const missing = [...identities].filter((id) => !decided.includes(id));
  if (missing.length > 0) throw new Error(`${missing.length} of ${identities.size} identities are not decided`);
  if (decided.length > identities.size)
    throw new Error(`${identities.size} identities were decided ${decided.length} times`);
}

function checkResults({ broker }: Remains): void {
  const published = new Map<string, string>();
  for (const record of broker.records(resultsTopic.name('flights'))) {
    const { resultId } = resultMessageSchema.parse(JSON.parse(String(record.value)));
    const bytes = bytesOf(record);
    if ((published.get(resultId) ?? bytes) !== bytes) throw new Error(`copies of the result ${resultId} differ`);
    published.set(resultId, bytes);
  }
}

function checkRedriven(remains: Remains, { deadLetterId, state, sends }: SimRedrives['rows'][number]): void {
  const { database, plan } = remains;
  const kept = database.letters.get(deadLetterId);
  const copies = copiesOf(remains, deadLetterId);
  const closedBy = kept === undefined ? null : database.closedBy(kept);
  if (closedBy === null) throw new Error(`the redrive is over, and ${deadLetterId} (${state}) is open`);
  // One that was closed after its send was begun counts as sent, for it may have been.
  if (state === 'skipped' && copies.length > 0)
    throw new Error(`${deadLetterId} was skipped, and sent ${copies.length} times`);
  if (copies.length > sends) throw new Error(`${deadLetterId} was sent ${copies.length} times, begun ${sends} times`);
  if (plan.faults.length === 0 && sends > 1) throw new Error(`nothing failed, and ${deadLetterId} was sent again`);
  if (new Set(copies.map(bytesOf)).size > 1) throw new Error(`copies of the redriven ${deadLetterId} differ`);
}

/** What can never be decided has died twice: as it came, and once more when it was redriven. */
function checkHopeless({ database, fates }: Remains): void {
  const letters = [...database.letters.values()];
  for (const [place, fate] of fates) {
    if (fate !== 'hopeless') continue;
    const attempts = letters
      .filter(({ letter }) => placeOf(letter.origin) === place)
      .map(({ letter }) => letter.redriveAttempt);
    if (attempts.toSorted((a, b) => a - b).join() !== '0,1')
      throw new Error(`${place} died at the attempts ${attempts.join()}`);
  }
}

function originIn(headers: InboundRecord['headers']): string {
  return placeOf(parseOrigin(String(headerOf(headers, HEADER.origin))));
}

function bytesOf({ key, value, headers }: InboundRecord): string {
  return JSON.stringify([key, value, headers.map((one) => [one.name, String(one.value)])]);
}
