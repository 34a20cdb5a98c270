import type { BatchProgress, BatchStore } from '../storage/batch-store.service.js';
import { settledAmong, settleRedrives } from '../storage/settled-redrives.js';
import { TableStatements } from '../storage/table-statements.js';
import type { Action, ActionSettlement } from './action.js';
import { ACTION_RULES, ACTIONS, LABEL_RULES, LABELS } from './feedback-tables.js';
import type { Label, LabelSettlement } from './label.js';

/** What a transaction is about: the labels and actions of a batch, and the progress that is written with them. */
export interface FeedbackBatch extends BatchProgress {
  readonly labels: readonly Label[];
  readonly actions: readonly Action[];
}

/** One settlement per label and action, in their orders. */
export interface FeedbackSettlements {
  readonly labels: readonly LabelSettlement[];
  readonly actions: readonly ActionSettlement[];
}

/** Stores the feedback of a batch and the progress of its partition in one transaction, see {@link BatchStore}. */
export function commitFeedback(
  store: BatchStore,
  { labels, actions, ...progress }: FeedbackBatch,
): Promise<FeedbackSettlements> {
  return store.commit(progress, async (client, storeRows) => {
    const settled = {
      labels: await storeRows(new TableStatements(client, LABELS), LABEL_RULES, labels),
      actions: await storeRows(new TableStatements(client, ACTIONS), ACTION_RULES, actions),
    };
    const rows = [...labels, ...actions];
    await settleRedrives(client, settledAmong(progress.redriven, rows, [...settled.labels, ...settled.actions]));
    return settled;
  });
}
