import { EVENT_PATH_RETENTION_MS } from '@pitwall/contracts';
import type { Finding } from '../definition-problem.js';
import { PIPELINE_FILE, type DefinitionCheck } from './check.js';

const DAY_MS = 86_400_000;

/** Nothing may be forgotten while a record that leads back to it can still come. */
export const checkRetention: DefinitionCheck = ({ retention, feedback }) => {
  if (retention === undefined) return [];
  const { duplicatesDays, decisionsDays, deadLettersDays } = retention;
  const findings: Finding[] = [];
  const add = (key: keyof typeof retention, expected: string): void => {
    findings.push({ file: PIPELINE_FILE, path: ['retention', key], got: retention[key], expected });
  };
  const topicDays = EVENT_PATH_RETENTION_MS / DAY_MS;
  if (duplicatesDays < topicDays) {
    add('duplicatesDays', `at least ${topicDays}: so long do the topics keep records, which may be read again`);
  }
  if (decisionsDays < duplicatesDays) {
    add('decisionsDays', `at least duplicatesDays (${duplicatesDays}): a duplicate is recognised by its decision`);
  }
  if (deadLettersDays > decisionsDays) {
    add('deadLettersDays', `at most decisionsDays (${decisionsDays}): a dead letter is closed by its decision`);
  }
  if (feedback !== undefined && decisionsDays * DAY_MS < feedback.horizonMs) {
    add('decisionsDays', `at least feedback.horizonMs (${feedback.horizonMs} ms): a label needs its decision`);
  }
  return findings;
};
