/** Why no model can be asked. */
export interface Outage {
  /** Short, from a closed list, e.g. `model_unknown`: what predictions and metrics say. */
  readonly code: string;
  readonly message: string;
}

/** Whether a pipeline has a model that can be asked; `unknown` as long as the deployments are not read. */
export type ModelPresence = 'unknown' | 'present' | Outage;
