import { setTimeout as sleep } from 'node:timers/promises';
import {
  PitwallError,
  type RedriveAnswer,
  redriveAnswerSchema,
  type RedriveView,
  redriveViewSchema,
} from '@pitwall/contracts';
import { readWritten } from '@pitwall/oracle';
import type { Instance } from '../../world/crew.js';
import type { Fault, FaultContext, Injection } from './fault.js';
import { untilHit } from './until-hit.js';

const LETTERS_WITHIN_MS = 300_000;
const HIT_WITHIN_MS = 180_000;
const DONE_WITHIN_MS = 300_000;
const ANSWER_WITHIN_MS = 10_000;
/** It looks at every dead letter before it answers, and must not be asked twice. */
const BEGUN_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 250;
const RATE_PER_SECOND = 250;

/** What is given back: what the strict definition has refused. */
const REQUEST = {
  filter: { reason: 'rejected_by_rule' },
  by: 'fault run',
  why: 'the definition refused too much',
  ratePerSecond: RATE_PER_SECOND,
};

type RedriveFault = Extract<Fault, { kind: 'redrive' }>;

/** Corrects the definition, redrives, and kills results where it does not know yet whether what it sent has arrived. */
export async function redrive(context: FaultContext, { letters, kills }: RedriveFault): Promise<Injection> {
  const { crew, timeline } = context;
  await untilDead(context, letters);
  for (const instance of crew.instancesOf('ingestion')) await crew.roll(instance);
  timeline.note('the definition is the right one');
  const [results] = crew.instancesOf('results');
  if (results === undefined) throw new Error('There is no results.');
  const { redrive: begun, plan } = await begin(context, results);
  if (begun === null) throw new PitwallError(`Nothing was redriven: ${JSON.stringify(plan)}`, { code: 'no_redrive' });
  timeline.note(`redrive of ${begun.progress.records} dead letters`);
  const hits = await killAgainAndAgain(context, results, kills);
  const end = await untilDone(context, results, begun.redriveId);
  return {
    what: `redrive of ${end.progress.records}, killed ${hits} times, ${end.progress.repeatedSends} sent again`,
    kills: hits,
    fromMs: performance.now(),
    violations: [
      ...(hits < kills ? [`A redrive was over when it had been killed ${hits} times of ${kills}`] : []),
      ...violationsOf(end),
    ],
  };
}

/** Each process that is started instead of a killed one is killed at the same place. @returns how many were */
async function killAgainAndAgain(context: FaultContext, results: Instance, kills: number): Promise<number> {
  const { crew } = context;
  const armed = { PITWALL_FAILPOINTS: 'after_redrive_send=kill' };
  for (let hits = 0; hits < kills; hits += 1) {
    if (hits === 0) await crew.startDoomed(results, armed);
    else await crew.untilStartedAgain(results);
    if (hits + 1 < kills) crew.armNext(results, armed);
    const missing = await untilHit(context, [crew.pidOf(results)], HIT_WITHIN_MS);
    if (missing.length > 0) return hits;
  }
  return kills;
}

/** What was skipped was decided meanwhile, from the same content sent again. */
function violationsOf({ state, progress, outcomes }: RedriveView): readonly string[] {
  const decided = outcomes.decided + progress.skipped;
  const isWhole = state === 'done' && decided === progress.records && outcomes.diedAgain === 0;
  return isWhole ? [] : [`A redrive did not bring all to decisions: ${JSON.stringify({ state, progress, outcomes })}`];
}

async function untilDead({ platform, signal }: FaultContext, letters: number): Promise<void> {
  const { stack, pipeline } = platform;
  const deadline = performance.now() + LETTERS_WITHIN_MS;
  while (((await readWritten(stack.databaseUrl, pipeline.name)).get('dead letters') ?? 0) < letters) {
    if (performance.now() >= deadline)
      throw new PitwallError(`No ${letters} dead letters came.`, { code: 'no_letters' });
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function begin({ platform }: FaultContext, results: Instance): Promise<RedriveAnswer> {
  const response = await fetch(redrivesUrl(results, platform.pipeline.name), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(REQUEST),
    signal: AbortSignal.timeout(BEGUN_WITHIN_MS),
  });
  const body: unknown = await response.json();
  if (response.ok) return redriveAnswerSchema.parse(body);
  throw new PitwallError(`The redrive was refused: ${JSON.stringify(body)}`, { code: 'redrive_refused' });
}

/** Until nothing of it is on its way any more. */
async function untilDone({ platform, signal }: FaultContext, results: Instance, id: string): Promise<RedriveView> {
  const url = `${redrivesUrl(results, platform.pipeline.name)}/${id}`;
  const deadline = performance.now() + DONE_WITHIN_MS;
  for (;;) {
    const view = await viewOrNull(url);
    const isOver = view?.state === 'done' && view.outcomes.pending === 0;
    if (view !== null && (isOver || performance.now() >= deadline)) return view;
    if (performance.now() >= deadline) throw new PitwallError(`${url} does not answer.`, { code: 'no_answer' });
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** A service that is just being started again does not answer. */
async function viewOrNull(url: string): Promise<RedriveView | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? redriveViewSchema.parse(await response.json()) : null;
  } catch {
    return null;
  }
}

function redrivesUrl({ spec }: Instance, pipeline: string): string {
  return (spec.readyUrl ?? '').replace('/readyz', `/v1/pipelines/${pipeline}/redrives`);
}
