import type { FeaturesMessage } from '@pitwall/contracts';
import { failpoint } from '@pitwall/failpoints';
import { dead, done, failing, type Message, type Outcome } from '@pitwall/messaging';
import { ATTR } from '@pitwall/telemetry';
import type { Champion } from '../deployments/champion-slot.js';
import { BatchBuilder } from '../inputs/batch-builder.js';
import { type BatchScores, type RowFailure, type RowIsolationOptions, scoreRows } from '../model-pool/row-isolation.js';
import type { PredictionWriter } from './prediction-record.js';
import { isDead, misfit, readFeatures } from './read-features.js';

/** Everything that scoring a batch of messages takes. */
export interface ScoringContext {
  readonly pipeline: string;
  readonly champion: Champion;
  readonly writer: PredictionWriter;
  /** The champion's own, or one that stands before it. */
  readonly breaker: RowIsolationOptions['breaker'];
  /** Called between steps; rejects where the batch is to be given up. */
  readonly heartbeat: () => Promise<void>;
  /** Told of each run of the model: for metrics. */
  readonly ran: (rows: number, answer: BatchScores) => void;
}

/** Rows that go to the model together, and which message each of them is of. */
interface Run {
  readonly builder: BatchBuilder;
  readonly positions: number[];
  readonly features: FeaturesMessage[];
}

/** Runs under way at a time: while the model is at one, the next is at its child, and a third is being built here. */
const RUNS_UNDER_WAY = 3;

/**
 * One outcome per message, in the order of the messages: the prediction, or why there is none. Rejects where no healthy model
 * answers; nothing is then known of any message.
 */
export async function scoreMessages(
  messages: readonly Message[],
  context: ScoringContext,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = Array.from({ length: messages.length });
  const runs: Promise<void>[] = [];
  for (const run of collectRuns(messages, outcomes, context)) {
    const finishing = finishRun(run, messages, { outcomes, context });
    // It is awaited below; that it may reject before is no accident.
    finishing.catch(() => undefined);
    runs.push(finishing);
    await runs[runs.length - RUNS_UNDER_WAY];
  }
  await Promise.all(runs);
  return outcomes;
}

/** Cuts the messages into runs, full ones but for the last. What cannot be given to the model gets its outcome here. */
function* collectRuns(
  messages: readonly Message[],
  outcomes: Outcome[],
  { pipeline, champion: { model } }: ScoringContext,
): Generator<Run> {
  const newRun = (): Run => ({
    builder: new BatchBuilder(model.inputs, Math.min(model.maxBatchSize, messages.length)),
    positions: [],
    features: [],
  });
  let run = newRun();
  for (const [position, message] of messages.entries()) {
    const features = readFeatures(message, pipeline);
    if (isDead(features)) {
      outcomes[position] = features;
      continue;
    }
    const problem = run.builder.add(features.features);
    if (problem !== null) {
      outcomes[position] = misfit(features, problem);
      continue;
    }
    run.positions.push(position);
    run.features.push(features);
    if (!run.builder.isFull) continue;
    yield run;
    run = newRun();
  }
  if (run.positions.length > 0) yield run;
}

async function finishRun(
  run: Run,
  messages: readonly Message[],
  { outcomes, context }: { readonly outcomes: Outcome[]; readonly context: ScoringContext },
): Promise<void> {
  const { champion, breaker, heartbeat, writer } = context;
  const batch = run.builder.build();
  const answer = await scoreRows(batch, {
    score: (rows) => champion.pool.score(rows),
    breaker,
    onStep: heartbeat,
  });
  context.ran(batch.rows, answer);
  failpoint('after_infer');
  await heartbeat();
  for (const [row, position] of run.positions.entries()) {
    const message = messages[position] as Message;
    const failure = answer.failures.get(row);
    if (failure === undefined) {
      const score = answer.scores[row] as number;
      annotate(message, champion, score);
      outcomes[position] = done(writer.record(message, score, answer.elapsedMs));
    } else {
      outcomes[position] = failed(run.features[row] as FeaturesMessage, failure);
    }
  }
}

function annotate({ trace }: Message, { model }: Champion, score: number): void {
  if (!trace.sampled) return;
  trace.setAttribute(ATTR.modelName, model.name);
  trace.setAttribute(ATTR.modelVersion, model.version);
  trace.setAttribute(ATTR.modelDigest, model.digest);
  trace.setAttribute(ATTR.score, score);
}

function failed({ source, id }: FeaturesMessage, { reason, message, mayWorkLater }: RowFailure): Outcome {
  const facts = { reason, message, identity: { source, id } };
  return mayWorkLater ? failing(facts) : dead(facts);
}
