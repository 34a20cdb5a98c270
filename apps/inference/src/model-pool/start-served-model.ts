import { PitwallError } from '@pitwall/contracts';
import { checkGoldenRows } from './golden-rows.js';
import { type ModelProcess, startModelChild } from './model-child.js';
import type { ServedModel } from './served-model.js';

/** What starting a child takes besides the model. */
export interface StartOptions {
  /** From fork to the loaded model, and once more for the first run, which is slower than those that follow. */
  readonly loadBudgetMs: number;
}

/**
 * Starts a child that is fit for traffic: the file has its digest, the model is loaded and warm, its golden rows score as they
 * should. Rejects with the reason otherwise; no child is left then.
 */
export async function startServedModel(model: ServedModel, options: StartOptions): Promise<ModelProcess> {
  try {
    const { load, timeBudgetMs, memoryBudgetMb } = model;
    const child = await startModelChild({ ...options, load, timeBudgetMs, memoryBudgetMb });
    try {
      await checkGoldenRows(child, model.golden, options.loadBudgetMs);
      return child;
    } catch (error) {
      await child.stop();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
    const { code, details, retriable } = error;
    throw new PitwallError(`The model ${model.name}@${model.version} cannot be served: ${error.message}`, {
      code,
      retriable,
      details,
      cause: error,
    });
  }
}
