import { z } from 'zod';
import { pipelineNameSchema } from '../topics/topic.js';
import { sha256Schema, timestampSchema } from './common.js';

/** A model version that can be deployed. */
export const modelReferenceSchema = z.object({
  model: z.string().min(1),
  version: z.string().min(1),
  /** SHA-256 of the ONNX file: what is loaded must have it. */
  digest: sha256Schema,
});
/** See {@link modelReferenceSchema}. */
export type ModelReference = z.infer<typeof modelReferenceSchema>;

/** The value on `pitwall.deployments.v1` (key: pipeline): which versions answer. A higher revision replaces a lower. */
export const deploymentMessageSchema = z.object({
  pipeline: pipelineNameSchema,
  revision: z.int().positive(),
  champion: modelReferenceSchema,
  announcedAt: timestampSchema,
  /** Who announced it, e.g. `provision`. */
  announcedBy: z.string().min(1),
});
export type DeploymentMessage = z.infer<typeof deploymentMessageSchema>;
