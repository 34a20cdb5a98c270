import type { z } from 'zod';
import { describeVariables, type VariableDescription } from './describe-variable.js';

/** What `--help` prints: every variable but the hidden ones with its meaning, and its default or that it is required. */
export function helpText(service: string, schema: z.ZodObject): string {
  const variables = describeVariables(schema).filter(({ isHidden }) => !isHidden);
  const width = Math.max(...variables.map(({ name }) => name.length));
  const lines = variables.flatMap((variable) => [
    `  ${variable.name.padEnd(width)}  ${variable.meaning}`,
    `  ${' '.repeat(width)}  ${necessity(variable)}`,
  ]);
  return [
    `pitwall ${service}: one of the services of Pitwall. It is configured by environment variables only.`,
    '',
    'Options:',
    '  --help     print this and exit',
    '  --version  print name and version and exit',
    '',
    'Environment variables:',
    ...lines,
    '',
  ].join('\n');
}

function necessity(variable: VariableDescription): string {
  if (variable.isRequired) return 'required';
  return variable.defaultText === null ? 'optional' : `default: ${variable.defaultText}`;
}
