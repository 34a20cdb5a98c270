import type { CleaningRuleConfig } from '../cleaning/index.js';
import type { Finding } from '../definition-problem.js';
import type { EventFields } from '../event-fields.js';
import { PIPELINE_FILE, type DefinitionCheck, type DefinitionParts } from './check.js';
import { unknownCleanField } from './event-fields.js';

/** Every rule finds the fields that it names, as the rules before it leave them, and can do with them what it says. */
export const checkCleaning: DefinitionCheck = ({ cleaning = [], fields, ...parts }) => {
  if (fields === undefined) return [];
  let before = fields;
  return cleaning.flatMap((rule, index) => {
    const findings = checkRule(rule, before, parts);
    before = rule.after(before);
    return findings.map((finding) => ({ ...finding, path: ['cleaning', index, ...finding.path] }));
  });
};

function checkRule(
  rule: CleaningRuleConfig,
  fields: EventFields,
  { features, profile }: Pick<DefinitionParts, 'features' | 'profile'>,
): Finding[] {
  const unknown = rule.fields.flatMap(({ field, path }) => unknownCleanField(field, path, fields));
  if (unknown.length > 0 || features === undefined || profile === undefined) return unknown;
  const findings = rule.check({ fields, features, profile: profile.reference });
  return findings.map((finding) => ({ ...finding, file: PIPELINE_FILE }));
}
