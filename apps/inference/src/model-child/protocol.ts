/**
 * What a service and its model child say to each other over the child's channel (structured clone, so typed arrays travel as
 * bytes). Types only: the child's entry file runs alone, see model-child.process.ts.
 */

/** What a tensor's elements are held in, by their type. */
export interface TensorElements {
  readonly float32: Float32Array;
  readonly int64: BigInt64Array;
  readonly string: readonly string[];
}
export type TensorType = keyof TensorElements;

/** One input of a model for some rows, row after row. */
export interface InputTensor {
  readonly name: string;
  readonly type: TensorType;
  /** Elements per row. */
  readonly width: number;
  readonly data: TensorElements[TensorType];
}

/** The rows that one run of the model sees. */
export interface InputBatch {
  readonly rows: number;
  readonly tensors: readonly InputTensor[];
}

/** What the child must find in the file that it loads. */
export interface LoadRequest {
  readonly kind: 'load';
  /** Absolute: the child's working directory is empty. */
  readonly path: string;
  /** SHA-256 of the file, 64 lower-case hex digits. */
  readonly digest: string;
  readonly inputs: readonly Pick<InputTensor, 'name' | 'type'>[];
  /** Which of the `width` elements that an output has per row is the score. */
  readonly score: { readonly output: string; readonly width: number; readonly column: number };
}

export interface InferRequest extends InputBatch {
  readonly kind: 'infer';
  readonly id: number;
}

export type ToChild = LoadRequest | InferRequest;

export type Scores = Float32Array | Float64Array;

export type FromChild =
  | { readonly kind: 'loaded'; readonly rssBytes: number }
  /** The file is not what was announced, or ONNX Runtime does not take it. The child is of no more use. */
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'scores';
      readonly id: number;
      readonly scores: Scores;
      /** In the model alone, milliseconds. */
      readonly elapsedMs: number;
      /** Resident set of the child; null where it was not measured this time. */
      readonly rssBytes: number | null;
    }
  /** ONNX Runtime threw; the child lives on. */
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
