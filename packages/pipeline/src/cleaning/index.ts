import type { EventFields } from '../event-fields.js';
import { caseRule } from './case.js';
import { clamp } from './clamp.js';
import { deriveTime } from './derive-time.js';
import { hardRange } from './hard-range.js';
import { impute } from './impute.js';
import { mapValues } from './map-values.js';
import { parseNumber } from './parse-number.js';
import type { CleaningContext, CleaningRule, CleaningStep, NamedField, RuleFinding } from './rule.js';
import { sentinelToMissing } from './sentinel-to-missing.js';
import { trim } from './trim.js';

/** Every cleaning rule. Add one by one file and one line here; `docs/pipeline-definition.md` must tell of it. */
export const CLEANING_RULES = [
  bound(trim),
  bound(caseRule),
  bound(mapValues),
  bound(parseNumber),
  bound(sentinelToMissing),
  bound(hardRange),
  bound(clamp),
  bound(impute),
  bound(deriveTime),
] as const;

/** A rule without its type of configuration, so that a list can hold all of them. */
export interface AnyCleaningRule {
  readonly name: string;
  readonly summary: string;
  readonly schema: CleaningRule<unknown>['config'];
  /** The rule with this configuration, which must have been parsed by `schema`. */
  configure(config: unknown): CleaningRuleConfig;
}

/** A rule together with one entry of a definition's `cleaning`. */
export interface CleaningRuleConfig {
  readonly rule: string;
  readonly fields: readonly NamedField[];
  check(context: CleaningContext): readonly RuleFinding[];
  after(fields: EventFields): EventFields;
  compile(context: CleaningContext): CleaningStep;
}

/** The rule of this name, or undefined. */
export function cleaningRule(name: string): AnyCleaningRule | undefined {
  return CLEANING_RULES.find((rule) => rule.name === name);
}

/** The fields of an event that these rules have cleaned. */
export function fieldsAfter(rules: readonly CleaningRuleConfig[], fields: EventFields): EventFields {
  return rules.reduce((before, rule) => rule.after(before), fields);
}

/** In the place of an entry that cannot be read, so that what comes after it is checked all the same. */
export function unreadableRule(entry: unknown): CleaningRuleConfig {
  return {
    rule: '',
    fields: [],
    after: (fields) => fields.afterUnreadable(textsIn(entry)),
    check: () => [],
    compile: () => {
      throw new TypeError('A cleaning rule that cannot be read was compiled.');
    },
  };
}

/** Every text in it: one may be the name of a new field. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}

function bound<Config>(rule: CleaningRule<Config>): AnyCleaningRule {
  return {
    name: rule.name,
    summary: rule.summary,
    schema: rule.config,
    configure(parsed) {
      const config = parsed as Config;
      return {
        rule: rule.name,
        fields: rule.fields(config),
        after: (fields) => rule.after(config, fields),
        check: (context) => rule.check(config, context),
        compile: (context) => rule.compile(config, context),
      };
    },
  };
}
