import { copiesAgree } from './copies-agree.js';
import { countersReconcile } from './counters-reconcile.js';
import { decidedOnce } from './decided-once.js';
import { everyRecordEnds } from './every-record-ends.js';
import { labelsJoined } from './labels-joined.js';
import type { Law } from './law.js';
import { nothingInvented } from './nothing-invented.js';
import { oneTrace } from './one-trace.js';
import { orderPerEntity } from './order-per-entity.js';
import { windowsAgree } from './windows-agree.js';

/** What the oracle holds a run to. Add a law by one file and one line here. */
export const LAWS: readonly Law[] = [
  everyRecordEnds,
  decidedOnce,
  copiesAgree,
  orderPerEntity,
  nothingInvented,
  windowsAgree,
  countersReconcile,
  oneTrace,
  labelsJoined,
];
