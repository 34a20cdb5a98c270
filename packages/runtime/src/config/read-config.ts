import type { z } from 'zod';
import { describeVariables } from './describe-variable.js';
import { similarNames } from './similar-names.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration, or everything that is wrong with it. */
export type ConfigReading<Config> =
  | { readonly isValid: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly isValid: false; readonly problems: readonly string[]; readonly warnings: readonly string[] };

const OWN_PREFIX = 'PITWALL_';

/**
 * Reads the environment by a schema. Reports all problems at once, each with the variable, what was got (never a secret) and
 * what was expected. A `PITWALL_…` variable that the schema does not know but that looks like one of its names gives a warning.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): ConfigReading<z.output<Schema>> {
  // Compose files pass variables on as `${NAME:-}`: set to nothing is not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''));
  const warnings = warningsOf(schema, given);
  const parsed = schema.safeParse(given);
  if (parsed.success) return { isValid: true, config: parsed.data, warnings };
  const secrets = new Set(describeVariables(schema).flatMap(({ name, isSecret }) => (isSecret ? [name] : [])));
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.map(String).join('.');
    const value = given[name];
    if (name === '') return issue.message;
    if (value === undefined) return `${name} is not set, ${issue.message}`;
    return `${name} is ${secrets.has(name) ? 'set (not shown)' : JSON.stringify(value)}, ${issue.message}`;
  });
  return { isValid: false, problems, warnings };
}

function warningsOf(schema: z.ZodObject, given: Environment): readonly string[] {
  const known = Object.keys(schema.shape);
  return Object.keys(given)
    .filter((name) => name.startsWith(OWN_PREFIX) && !known.includes(name))
    .flatMap((name) => {
      const [nearest] = similarNames(name, known);
      return nearest === undefined ? [] : [`${name} is not a variable of this service. Did you mean ${nearest}?`];
    });
}
