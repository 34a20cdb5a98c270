import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultContext } from './faults/fault.js';
import { inject } from './faults/inject.js';
import type { FaultReport } from './outcome.js';
import { markEnds, type WatchedPipeline, untilPassed } from './recovery.js';

/** What is done to whom, and what is allowed for. */
export interface FaultSequence {
  readonly faults: readonly Fault[];
  readonly resumedWithinMs: number;
  /** Told of each fault before it comes, and of its end. */
  readonly onProgress: (what: string) => void;
}

/** What came of all faults. */
export interface FaultEnd {
  readonly reports: readonly FaultReport[];
  readonly violations: readonly string[];
}

/** Time between a recovery and the next fault: long enough for new work to be in hand, and at no regular distance. */
const PAUSE_MS = { least: 700, most: 2_200 };

/** At any rate worth the name some records come in this time. */
const NEW_RECORDS_MS = 300;

/** Carries out one fault after the other, each when the readers have recovered from the one before. */
export async function carryOut(context: FaultContext, sequence: FaultSequence): Promise<FaultEnd> {
  const { faults, onProgress } = sequence;
  const reports: FaultReport[] = [];
  const violations: string[] = [];
  for (const [at, fault] of faults.entries()) {
    onProgress(`fault ${at + 1} of ${faults.length}: ${fault.kind}`);
    await sleep(PAUSE_MS.least + context.random() * (PAUSE_MS.most - PAUSE_MS.least), undefined, {
      signal: context.signal,
    });
    const end = await carryOutOne(context, sequence, fault);
    reports.push(...end.reports);
    violations.push(...end.violations);
    // What does not go on any more cannot be broken again.
    if (end.reports.some(({ resumedAfterMs }) => resumedAfterMs === null)) break;
  }
  return { reports, violations };
}

async function carryOutOne(context: FaultContext, { resumedWithinMs }: FaultSequence, fault: Fault): Promise<FaultEnd> {
  const { timeline, signal, platform, admin } = context;
  const watch: WatchedPipeline = { admin, pipeline: platform.pipeline.name, signal };
  const { what, kills, fromMs, violations } = await inject(context, fault);
  timeline.note(what);
  // What is sent from now on cannot have been read before the fault.
  await sleep(NEW_RECORDS_MS, undefined, { signal });
  const recovery = await untilPassed(watch, await markEnds(watch), fromMs);
  const resumedAfterMs = recovery.isRecovered ? Math.round(recovery.tookMs) : null;
  const report = { what, kills, resumedAfterMs };
  if (!recovery.isRecovered) {
    timeline.note(`not recovered: ${recovery.behind}`);
    return { reports: [report], violations: [...violations, `After ${what} not recovered: ${recovery.behind}`] };
  }
  timeline.note(`recovered ${resumedAfterMs} ms after it`);
  const isLate = recovery.tookMs > resumedWithinMs;
  const late = isLate ? [`After ${what} resumed in ${resumedAfterMs} ms, allowed are ${resumedWithinMs} ms`] : [];
  return { reports: [report], violations: [...violations, ...late] };
}
