import { type FeaturesMessage, featuresMessageSchema } from '@pitwall/contracts';
import { dead, type Dead, type Message, parseMessage } from '@pitwall/messaging';
import type { ColumnProblem } from '../inputs/input-layout.js';

/** The features of an event of this pipeline, or the outcome of a message that holds none. */
export function readFeatures({ record }: Message, pipeline: string): FeaturesMessage | Dead {
  const parsed = parseMessage(featuresMessageSchema, record.value);
  if (!parsed.ok) return parsed.dead;
  const features = parsed.value;
  if (features.pipeline === pipeline) return features;
  const message = `The message is of the pipeline ${features.pipeline}, its topic is of ${pipeline}.`;
  return misfit(features, { pointer: '/pipeline', message });
}

/** Whether a message is dead already. */
export function isDead(features: FeaturesMessage | Dead): features is Dead {
  return 'kind' in features;
}

/** The outcome of a message that is as its contract says, and still cannot be given to the model. */
export function misfit({ source, id }: FeaturesMessage, { pointer, message }: ColumnProblem): Dead {
  return dead({
    reason: 'contract_violation',
    message,
    violations: [{ pointer, rule: 'model-input', message }],
    identity: { source, id },
  });
}
