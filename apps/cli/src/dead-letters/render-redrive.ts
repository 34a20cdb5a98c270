import type { RedrivePlan, RedrivesView, RedriveView } from '@pitwall/contracts';
import { count, counted, duration, percent, printable } from '../output/words.js';

type Words = Readonly<Record<string, string>>;

const NO_OPS: Words = {
  decided: 'decided already',
  bornClosed: 'closed by their reason',
  superseded: 'died again later: the later dead letter counts',
  discarded: 'discarded',
  taken: 'taken by a redrive already',
};

const HELD_BACK: Words = {
  loopGuard: 'redriven too often: edit them, or find out why they come back',
  unsendable: 'too large for their topic, or of a topic that no stage reads',
};

/** What a redrive does, for a person. */
export function renderPlan({ selected, toSend, edited, noOps, heldBack }: RedrivePlan): readonly string[] {
  const line = (records: number, what: string): string => `  ${count(records).padStart(9)}  ${what}`;
  const lines = (of: Readonly<Record<string, number>>, words: Words): string[] =>
    Object.entries(of).flatMap(([name, records]) => (records === 0 ? [] : [line(records, words[name] ?? name)]));
  return [
    `${counted(selected, 'dead letter')} selected`,
    ...toSend.map(({ topic, records }) => line(records, `to ${topic}`)),
    ...(edited === 0 ? [] : [line(edited, 'of these with an edited payload')]),
    ...lines(noOps, NO_OPS),
    ...lines(heldBack, HELD_BACK),
  ];
}

/** How far a redrive is, in one line. */
export function progressLine({
  state,
  progress,
  etaSeconds,
  lastError,
}: RedriveView | RedrivesView['redrives'][number]): string {
  const { records, sent, skipped, repeatedSends } = progress;
  const share = records === 0 ? 1 : (sent + skipped) / records;
  return [
    `${state}: ${count(sent)} of ${counted(records, 'record')} sent, ${percent(share)}`,
    ...(skipped === 0 ? [] : [`${count(skipped)} skipped as closed meanwhile`]),
    ...(repeatedSends === 0 ? [] : [`${count(repeatedSends)} sent again after a fault`]),
    ...(etaSeconds === null || etaSeconds === 0 ? [] : [`${duration(etaSeconds)} left`]),
    ...(lastError === null ? [] : [`waits: ${printable(lastError)}`]),
  ].join(', ');
}

/** What has become of the records that were sent, in one line. */
export function outcomeLine({ outcomes: { decided, diedAgain, pending } }: RedriveView): string {
  return `outcome: ${count(decided)} came to their end, ${count(diedAgain)} died again, ${count(pending)} on their way`;
}

/** Redrives for a person, the newest first. */
export function renderRedrives({ pipeline, redrives }: RedrivesView): readonly string[] {
  if (redrives.length === 0) return [`There was no redrive in ${pipeline}.`];
  return redrives.flatMap((redrive) => [
    `${redrive.redriveId}  ${redrive.createdAt}  by ${printable(redrive.by)}: ${printable(redrive.why)}`,
    `  ${progressLine(redrive)}`,
  ]);
}
