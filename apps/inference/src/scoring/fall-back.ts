import { done, type Message, type Outcome } from '@pitwall/messaging';
import { ATTR } from '@pitwall/telemetry';
import { FallbackWriter } from './prediction-record.js';
import { isDead, readFeatures } from './read-features.js';

/** One outcome per message, in their order, without a model: predictions that say why there is no score. */
export function fallBack(
  messages: readonly Message[],
  { pipeline, why }: { readonly pipeline: string; readonly why: string },
): readonly Outcome[] {
  const writer = new FallbackWriter(pipeline, why);
  return messages.map((message) => {
    const features = readFeatures(message, pipeline);
    if (isDead(features)) return features;
    if (message.trace.sampled) message.trace.setAttribute(ATTR.fallback, why);
    return done(writer.record(message));
  });
}
