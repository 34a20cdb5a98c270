import type { InputBatch } from '../model-child/protocol.js';
import type { ColumnProblem, Features, InputShape, TensorBuilder } from './input-layout.js';
import { INPUT_LAYOUTS } from './input-layouts.js';

/** Makes the input of one run of a model out of the features of some events, in the order in which they are added. */
export class BatchBuilder {
  rows = 0;
  private readonly tensors: readonly TensorBuilder[];

  constructor(
    inputs: readonly InputShape[],
    private readonly capacity: number,
  ) {
    this.tensors = inputs.map((input) => {
      const layout = INPUT_LAYOUTS.find(({ type }) => type === input.type);
      if (layout === undefined) throw new TypeError(`No layout makes a tensor of type ${input.type}.`);
      return layout.builder(input, capacity);
    });
  }

  get isFull(): boolean {
    return this.rows === this.capacity;
  }

  /** Adds a row, or says why it does not fit; then there is no row of it. */
  add(features: Features): ColumnProblem | null {
    for (const tensor of this.tensors) {
      const problem = tensor.write(this.rows, features);
      if (problem !== null) return problem;
    }
    this.rows += 1;
    return null;
  }

  build(): InputBatch {
    return { rows: this.rows, tensors: this.tensors.map((tensor) => tensor.build(this.rows)) };
  }
}

/** One row of a batch as a batch of its own. */
export function rowOf(batch: InputBatch, row: number): InputBatch {
  return {
    rows: 1,
    tensors: batch.tensors.map((tensor) => ({
      ...tensor,
      data: tensor.data.slice(row * tensor.width, (row + 1) * tensor.width),
    })),
  };
}
