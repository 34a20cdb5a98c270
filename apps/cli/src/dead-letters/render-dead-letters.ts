import type {
  BytesView,
  DeadLetterGroupsView,
  DeadLettersView,
  DeadLetterSummary,
  DeadLetterView,
} from '@pitwall/contracts';
import { count, counted, printable } from '../output/words.js';

const MESSAGE_CHARACTERS = 140;
const VALUE_CHARACTERS = 2_000;
const HEADER_CHARACTERS = 300;
const SHOWN_BYTES = 64;

/** Groups of dead letters for a person: what to look at first stands first. */
export function renderGroups({
  pipeline,
  count: all,
  open,
  groupCount,
  groups,
}: DeadLetterGroupsView): readonly string[] {
  if (groups.length === 0) return [`No dead letter of ${pipeline} is meant by that.`];
  const unlisted = groupCount - groups.length;
  return [
    `${counted(all, 'dead letter')} of ${pipeline} in ${counted(groupCount, 'group')}, ${count(open)} open`,
    ...groups.flatMap((group) => [
      '',
      `${group.fingerprint}  ${group.stage}  ${group.reason}  ${printable(group.place)}`,
      `  ${count(group.count)} in all, ${count(group.open)} open, ${group.firstDeadAt} to ${group.lastDeadAt}`,
      `  ${group.meaning} ${group.remedy}`,
      `  such as ${group.example.deadLetterId}: ${printable(group.example.message, MESSAGE_CHARACTERS)}`,
    ]),
    ...(unlisted > 0 ? ['', `${counted(unlisted, 'more group')}; filter by --reason or --stage to see them.`] : []),
  ];
}

/** Single dead letters for a person, and how to see the next ones. */
export function renderLetters({ pipeline, deadLetters, nextCursor }: DeadLettersView): readonly string[] {
  if (deadLetters.length === 0) return [`No dead letter of ${pipeline} is meant by that.`];
  return [
    ...deadLetters.flatMap((letter) => [
      `${letter.deadLetterId}  ${letter.deadAt}  ${letter.stage}  ${letter.reason}  ${stateOf(letter)}`,
      `  ${identityOf(letter)}${printable(letter.message, MESSAGE_CHARACTERS)}`,
    ]),
    ...(nextCursor === null ? [] : [`There are more: --cursor ${nextCursor}`]),
  ];
}

function stateOf({ closedBy, redrive, redriveAttempt }: DeadLetterSummary): string {
  const state = closedBy === null ? 'open' : `closed (${closedBy})`;
  const sent = redrive === null ? '' : redrive.sentAt === null ? ', waits for its redrive' : ', redriven';
  return `${state}${sent}${redriveAttempt === 0 ? '' : `, after redrive ${redriveAttempt}`}`;
}

function identityOf({ identity }: DeadLetterSummary): string {
  return identity === null ? '' : `${printable(identity.id)} of ${printable(identity.source)}: `;
}

/** One dead letter for a person: why, whose, where it stood, what is to be done, and the record, safe for a terminal. */
export function renderLetter(view: DeadLetterView): readonly string[] {
  const { record, origin, violations, violationCount, headers, edits, discard } = view;
  return [
    `${view.deadLetterId}  ${stateOf(view)}`,
    `reason     ${view.reason} in ${view.stage} (${view.service}) at ${view.deadAt}`,
    `           ${view.meaning}`,
    `           ${printable(view.message, VALUE_CHARACTERS)}`,
    `to do      ${view.remedy}`,
    `group      ${view.fingerprint} at ${printable(view.place)}`,
    `event      ${identityOf(view).replace(/: $/, '') || 'no identity could be read'}`,
    `record     ${record.topic} ${record.partition}:${record.offset}, appended ${record.appendedAt}`,
    `raw        ${origin.topic} ${origin.partition}:${origin.offset}, appended ${origin.appendedAt}`,
    `trace      ${view.traceId ?? 'none'}`,
    ...violations.map(
      ({ pointer, rule, message }) => `violation  ${printable(pointer)} ${rule}: ${printable(message)}`,
    ),
    ...(violationCount > violations.length ? [`           and ${count(violationCount - violations.length)} more`] : []),
    ...redriveLines(view),
    ...edits.map(({ revision, by, editedAt, why, value }) => {
      return `edit ${revision}     by ${printable(by)} at ${editedAt}, ${printable(why)}: ${shown(value, VALUE_CHARACTERS)}`;
    }),
    ...(discard === null
      ? []
      : [`discarded  by ${printable(discard.by)} at ${discard.discardedAt}: ${printable(discard.why)}`]),
    `key        ${shown(view.key, HEADER_CHARACTERS)}`,
    ...headers.map(({ name, value }) => `header     ${printable(name)} = ${shown(value, HEADER_CHARACTERS)}`),
    `value      ${shown(view.value, VALUE_CHARACTERS)}`,
  ];
}

function redriveLines({ redrive }: DeadLetterView): readonly string[] {
  if (redrive === null) return [];
  const { redriveId, attempt, sentAt } = redrive;
  return [`redrive    ${redriveId}, attempt ${attempt}, ${sentAt === null ? 'waits to be sent' : `sent ${sentAt}`}`];
}

/** Bytes of somebody else: text without control characters and cut, other bytes as the first of them in hex. */
function shown(bytes: BytesView | null, maxCharacters: number): string {
  if (bytes === null) return 'null';
  if ('text' in bytes) return printable(bytes.text, maxCharacters);
  const raw = Buffer.from(bytes.base64, 'base64');
  const more = raw.length > SHOWN_BYTES ? '…' : '';
  return `${counted(raw.length, 'byte')}, not UTF-8: ${raw.subarray(0, SHOWN_BYTES).toString('hex')}${more}`;
}
