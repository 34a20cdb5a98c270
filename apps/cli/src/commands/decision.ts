import type { DecisionView } from '@pitwall/contracts';
import { EXIT } from '../exit-codes.js';
import { command } from './command.js';
import { eventNameOf, findDecision, type SourceOption } from './find-decision.js';
import { OPTION, type PipelineOption } from './options.js';

/** `pitwall decision <eventId>`: what was decided of an event, and why. */
export const decision = command<PipelineOption & SourceOption>({
  path: ['decision'],
  group: 'Look:',
  summary: 'What was decided of an event, by what, from what, and what came after.',
  needs: ['results'],
  arguments: [{ syntax: '<eventId>', description: 'id of the event' }],
  options: [OPTION.pipeline, OPTION.source],
  examples: [
    { line: 'decision 2013-04-01_US1843_EWR_0500', says: 'decision, score, model, features, label and actions' },
    { line: 'decision 17 --source /crm --pipeline churn --json', says: 'the same as JSON, of one source' },
  ],
  run: async (context, given) => {
    const view = await findDecision(context, eventNameOf(given));
    context.output.json(view);
    for (const line of describe(view)) context.output.line(line);
    return EXIT.ok;
  },
});

function describeFeedback({ labelState, labels, actions }: Pick<DecisionView, 'labelState' | 'labels' | 'actions'>) {
  const observed = labels.map(({ label, labelSource, revision, observedAt, outcome }) => {
    const worth =
      outcome === null
        ? 'replaced by a higher revision'
        : `${outcome.correct ? 'correct' : 'wrong'}, ${outcome.value.amount.toFixed(2)} ${outcome.value.currency}`;
    return `label      ${label}, ${labelSource} revision ${revision}, observed ${observedAt}: ${worth}`;
  });
  const done = actions.map(({ action, at, by, reason }) => {
    return `action     ${action}${by === null ? '' : ` by ${by}`} at ${at}${reason === null ? '' : `: ${reason}`}`;
  });
  return [...(observed.length === 0 ? [`label      ${labelState}`] : observed), ...done];
}

function describe({ result, input, scores, origin, ...after }: DecisionView): readonly string[] {
  const { model, expectedValue: value } = result;
  const by = model === null ? `fallback: ${result.fallback}` : `${model.name}@${model.version}`;
  return [
    `${result.event.id}  ${result.event.time}  entity ${result.entity}`,
    `decision   ${result.decision}${result.score === null ? '' : `, score ${result.score.toFixed(4)} against ${result.threshold.toFixed(4)}`}`,
    `by         ${by}, policy ${result.policyVersion}, definition ${input.definitionVersion}`,
    ...(value === null ? [] : [`value      ${value.amount.toFixed(2)} ${value.currency} expected`]),
    `decided    ${result.decidedAt}${result.late ? ', from a late event' : ''}`,
    `record     ${origin.topic} ${origin.partition}:${origin.offset}, appended ${origin.appendedAt}`,
    `scores     ${scores.map(({ role, model: name, version, score }) => `${role} ${name}@${version} ${score.toFixed(4)}`).join(', ') || 'none'}`,
    `features   ${Object.entries(input.features)
      .map(([name, feature]) => `${name}=${feature ?? 'missing'}`)
      .join(' ')}`,
    `cleaned    ${input.notes.map(({ field, kind, rule }) => `${field} ${kind} (${rule})`).join(', ') || 'nothing'}`,
    `trace      ${result.traceId}`,
    ...describeFeedback(after),
  ];
}
