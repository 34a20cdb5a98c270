import type { z } from 'zod';

/** A parameter of an operation. */
export interface OperationParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description: string;
}

/** What the body of a request holds. */
export interface OperationBody {
  readonly types: readonly string[];
  /** Null: JSON by the pipeline's own schema. */
  readonly schema: z.ZodType | null;
  /** `several`: one of them, or an array of up to 1,000. */
  readonly holds: 'one' | 'several';
}

/** What one route of a service does. The services implement them; their OpenAPI documents are made from them. */
export interface Operation {
  readonly service: 'ingestion' | 'inference' | 'results' | 'monitoring';
  readonly method: 'get' | 'post';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters: readonly OperationParameter[];
  readonly body?: OperationBody;
  readonly success: { readonly status: number; readonly description: string; readonly schema: z.ZodType };
  /** Statuses that are answered with problem details. */
  readonly problems: Readonly<Record<number, string>>;
}

/** The pipeline in a path. */
export const PIPELINE: OperationParameter = { name: 'pipeline', in: 'path', description: 'Name of the pipeline.' };

/** A parameter in the query. */
export const query = (name: string, description: string): OperationParameter => ({ name, in: 'query', description });
