import type { MessageHandler } from '@nestjs/microservices';
import type { TopicSpec } from '@pitwall/contracts';
import type { MessageBatch } from '../batch-handler.js';

/** One handler on one topic of one pipeline. */
export interface Binding {
  readonly handler: MessageHandler<MessageBatch>;
  readonly spec: TopicSpec;
  readonly topic: string;
  /** Empty for a topic of the platform. */
  readonly pipeline: string;
  readonly groupId: string;
  readonly concurrency: number;
  /** Its handler stores how far it has come, and is called without messages where that moves without it. */
  readonly storesProgress: boolean;
}
