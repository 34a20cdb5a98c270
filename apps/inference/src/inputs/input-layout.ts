import type { FeatureValue } from '@pitwall/contracts';
import type { InputTensor, TensorType } from '../model-child/protocol.js';

/** The features of one event by name. */
export type Features = Readonly<Record<string, FeatureValue>>;

/** One input of a model as its manifest says: a matrix `[N, columns]`, or with one column a tensor per feature. */
export interface InputShape {
  readonly name: string;
  readonly type: TensorType;
  /** Feature names in order. */
  readonly columns: readonly string[];
}

/** Why a row cannot be fed to a model. */
export interface ColumnProblem {
  /** JSON pointer into the features message. */
  readonly pointer: string;
  readonly message: string;
}

/** Collects the rows of one input tensor, straight into what the model is given. */
export interface TensorBuilder {
  /**
   * Writes a row's features at `row`, over what stood there. Returns what does not fit first; the row then is to be
   * written over by the next one.
   */
  write(row: number, features: Features): ColumnProblem | null;
  /** The tensor of the first `rows` rows. */
  build(rows: number): InputTensor;
}

/** How features become a tensor of one element type. */
export interface InputLayout {
  readonly type: TensorType;
  builder(shape: InputShape, capacity: number): TensorBuilder;
}

/** The problem of a feature whose value has not the type that the model's input takes. */
export function misfit(feature: string, value: FeatureValue | undefined, expected: string): ColumnProblem {
  const got = value === undefined ? 'is not in the message' : `is ${JSON.stringify(value)}`;
  return { pointer: `/features/${feature}`, message: `The feature ${feature} ${got}, the model takes ${expected}.` };
}
