import type { z } from 'zod';
import { describeVariables } from './describe-variable.js';

const MASK = '***';

/** A configuration to be shown: secrets as `***`, and so is the password of any URL. */
export function maskConfig(schema: z.ZodObject, config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const secrets = new Set(describeVariables(schema).flatMap(({ name, isSecret }) => (isSecret ? [name] : [])));
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, secrets.has(name) ? MASK : withoutPassword(value)]),
  );
}

function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(\/\/[^/@:]*:)[^/@]*@/, `$1${MASK}@`) : value;
}
