import { sha256Schema } from '@pitwall/contracts';
import { z } from 'zod';

const columnNames = z.array(z.string().min(1)).min(1);

/** Rows and width of a tensor; `N` is the batch. */
const shapeSchema = z.tuple([z.literal('N'), z.int().positive()]);

const inputSchema = z.strictObject({
  name: z.string().min(1),
  /** Missing values are NaN in `float32`; in the other types a column must not be nullable. */
  type: z.enum(['float32', 'int64', 'string']),
  shape: shapeSchema,
  /** Feature names in order; as many as the tensor is wide. */
  columns: columnNames,
});

const goldenRowSchema = z.strictObject({
  id: z.string().min(1),
  /** By input name, in the order of its columns; null is missing. */
  inputs: z.record(z.string(), z.array(z.union([z.number(), z.string(), z.null()]))),
  score: z.number().min(0).max(1),
});

const metricsSchema = z.looseObject({ period: z.string().min(1), rows: z.int().positive() });

/** The shape of `models/<name>.manifest.json`. */
export const manifestSchema = z.strictObject({
  schema: z.literal('pitwall.model/v1'),
  name: z.string().regex(/^[^@\s]+$/, 'a name without @ and spaces'),
  version: z.string().regex(/^[^@\s]+$/, 'a version without @ and spaces'),
  description: z.string().default(''),
  artifact: z.strictObject({
    /** In the manifest's folder. */
    file: z.string().regex(/^[\w.-]+\.onnx$/, 'the name of an .onnx file in the same folder'),
    sha256: sha256Schema,
    bytes: z.int().positive(),
    /** Version by domain; the default domain is `ai.onnx`. */
    opsets: z.record(z.string(), z.int().positive()),
  }),
  inputs: z.array(inputSchema).min(1),
  score: z.strictObject({
    output: z.string().min(1),
    type: z.enum(['float32', 'float64']),
    shape: shapeSchema,
    /** The column of the output that is the score, counted from 0. */
    column: z.int().min(0),
  }),
  training: z.strictObject({
    description: z.string().min(1),
    from: z.string().optional(),
    to: z.string().optional(),
    rows: z.int().positive(),
    sha256: sha256Schema,
  }),
  /** The reference profile that this version is watched against. */
  profile: z.strictObject({ file: z.literal('profile.json'), sha256: sha256Schema }),
  metrics: z.array(metricsSchema).default([]),
  golden: z.strictObject({ tolerance: z.number().positive(), rows: z.array(goldenRowSchema).min(1) }),
});

/** What an ONNX file is, how to feed it, and rows by which one knows that it still answers alike. */
export type ModelManifest = z.output<typeof manifestSchema>;
/** One input tensor of a model. */
export type ModelInput = ModelManifest['inputs'][number];
/** A row whose score is known. */
export type GoldenRow = ModelManifest['golden']['rows'][number];
