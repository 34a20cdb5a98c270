import type { RedrivesView, RedriveView } from '@pitwall/contracts';
import { etaSeconds } from './eta.js';
import type { RedriveOutcomes, RedriveProgress } from './redrive-progress.repository.js';
import type { RedriveRow } from './redrives.repository.js';

type Summary = RedrivesView['redrives'][number];

/** A redrive in a list. */
export function redriveSummary(row: RedriveRow, progress: RedriveProgress): Summary {
  const { redriveId, pipeline, state, createdBy, why, createdAt, finishedAt, ratePerSecond, plan, lastError } = row;
  const { waiting, sent, skipped, repeatedSends } = progress;
  return {
    redriveId,
    pipeline,
    state,
    by: createdBy,
    why,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    ratePerSecond,
    plan,
    progress: { records: waiting + sent + skipped, waiting, sent, skipped, repeatedSends },
    etaSeconds: etaSeconds({ state, ...progress }),
    lastError,
  };
}

/** A redrive with what has become of its records. */
export function redriveView(row: RedriveRow, progress: RedriveProgress, outcomes: RedriveOutcomes): RedriveView {
  return { ...redriveSummary(row, progress), outcomes };
}
