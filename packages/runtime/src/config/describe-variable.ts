import type { z } from 'zod';

/** What is known of one variable from its schema. */
export interface VariableDescription {
  readonly name: string;
  readonly meaning: string;
  readonly isRequired: boolean;
  /** As it would be written in the environment; null where there is none. */
  readonly defaultText: string | null;
  readonly isSecret: boolean;
  /** Not for `--help`. */
  readonly isHidden: boolean;
}

/** Describes every variable of a schema, in its order. */
export function describeVariables(schema: z.ZodObject): readonly VariableDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => describeVariable(name, field as z.ZodType));
}

function describeVariable(name: string, field: z.ZodType): VariableDescription {
  const layers = layersOf(field);
  const fallback = layers.find((layer) => layer.def.type === 'default');
  const defaultValue =
    fallback === undefined ? null : (fallback.def as unknown as { defaultValue: unknown }).defaultValue;
  const isOptional = layers.some((layer) => layer.def.type === 'optional');
  return {
    name,
    meaning: layers.map((layer) => layer.meta()?.description).find((text) => text !== undefined) ?? '',
    isRequired: fallback === undefined && !isOptional,
    defaultText: defaultValue === null ? null : textOf(defaultValue),
    isSecret: isMarked(layers, 'secret'),
    isHidden: isMarked(layers, 'hidden'),
  };
}

function isMarked(layers: readonly z.ZodType[], mark: 'secret' | 'hidden'): boolean {
  return layers.some((layer) => layer.meta()?.[mark] === true);
}

/** The schema and what it wraps, outermost first: `.default()` and `.optional()` do not inherit descriptions. */
function layersOf(field: z.ZodType): readonly z.ZodType[] {
  const { innerType } = field.def as { readonly innerType?: z.ZodType };
  return innerType === undefined ? [field] : [field, ...layersOf(innerType)];
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
