import { hardRange } from './hard-range.js';
import { impute } from './impute.js';
import type { CleaningContext, CleaningRule, CleaningStep, RuleFinding } from './rule.js';
import { sentinelToMissing } from './sentinel-to-missing.js';

/** Every cleaning rule. Add one by one file and one line here; `docs/pipeline-definition.md` must tell of it. */
export const CLEANING_RULES = [bound(sentinelToMissing), bound(hardRange), bound(impute)] as const;

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
  readonly missing: 'may' | 'never' | 'unchanged';
  readonly fields: readonly { readonly field: string; readonly path: readonly PropertyKey[] }[];
  check(context: CleaningContext): readonly RuleFinding[];
  compile(context: CleaningContext): CleaningStep;
}

/** The rule of this name, or undefined. */
export function cleaningRule(name: string): AnyCleaningRule | undefined {
  return CLEANING_RULES.find((rule) => rule.name === name);
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
        missing: rule.missing(config),
        fields: rule.fields(config),
        check: (context) => rule.check(config, context),
        compile: (context) => rule.compile(config, context),
      };
    },
  };
}
