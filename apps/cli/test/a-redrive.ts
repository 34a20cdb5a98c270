import type { DeadLetterView, RedrivePlan, RedriveView } from '@pitwall/contracts';

const AT = '2026-03-01T08:00:00.000Z';

export const LETTER_ID = '60981cec-c8ac-5cf0-9872-ae3d3e87e261';
export const REDRIVE_ID = '0190f7ab-1234-5678-9abc-def012345678';

/** A dead letter as the results service shows it. */
export function aLetterView(parts: Partial<DeadLetterView> = {}): DeadLetterView {
  const position = { topic: 'p.events.v1', partition: 1, offset: 7, appendedAt: AT };
  return {
    pipeline: 'p',
    deadLetterId: LETTER_ID,
    stage: 'ingestion',
    reason: 'schema_violation',
    message: 'Got 2 violations.',
    record: position,
    identity: { source: '/p', id: 'E-1' },
    redriveAttempt: 0,
    traceId: 'a'.repeat(32),
    deadAt: AT,
    state: 'open',
    closedBy: null,
    fingerprint: '4f1c2a9be07d3358',
    place: '/temp_f',
    redrive: null,
    meaning: 'The event does not match.',
    remedy: 'Correct the producer.',
    violations: [{ pointer: '/temp_f', rule: 'type', message: 'must be number' }],
    violationCount: 2,
    origin: { ...position, digest: 'd'.repeat(64) },
    service: 'ingestion@1.0.0',
    key: { text: 'N1' },
    value: { text: '{"temp_f": "hot"}' },
    headers: [],
    edits: [],
    discard: null,
    ...parts,
  };
}

export function aPlan(parts: Partial<RedrivePlan> = {}): RedrivePlan {
  return {
    selected: 12,
    toSend: [{ topic: 'p.events.v1', records: 9 }],
    edited: 1,
    noOps: { decided: 2, bornClosed: 0, superseded: 0, discarded: 0, taken: 0 },
    heldBack: { loopGuard: 1, unsendable: 0 },
    ...parts,
  };
}

export function aRedrive(parts: Partial<RedriveView> = {}): RedriveView {
  return {
    redriveId: REDRIVE_ID,
    pipeline: 'p',
    state: 'running',
    by: 'kay',
    why: 'a test',
    createdAt: AT,
    finishedAt: null,
    ratePerSecond: 100,
    plan: aPlan(),
    progress: { records: 9, waiting: 6, sent: 3, skipped: 0, repeatedSends: 0 },
    outcomes: { decided: 1, diedAgain: 0, pending: 2 },
    etaSeconds: 42,
    lastError: null,
    ...parts,
  };
}

/** One that has ended. */
export function anEndedRedrive(parts: Partial<RedriveView> = {}): RedriveView {
  return aRedrive({
    state: 'done',
    finishedAt: AT,
    progress: { records: 9, waiting: 0, sent: 8, skipped: 1, repeatedSends: 2 },
    outcomes: { decided: 8, diedAgain: 0, pending: 0 },
    etaSeconds: null,
    ...parts,
  });
}
