import { Inject, Module } from '@nestjs/common';
import { HEALTH, type HealthRegistry } from '@pitwall/runtime';
import { DeploymentsModule } from '../deployments/deployments.module.js';
import { FallbackService } from './fallback.service.js';

/** Whether a pipeline is answered by its model, by its fallback decision, or not. */
@Module({ imports: [DeploymentsModule], providers: [FallbackService], exports: [FallbackService] })
export class FallbackModule {
  constructor(@Inject(HEALTH) health: HealthRegistry, fallbacks: FallbackService) {
    health.register('model', () => fallbacks.check());
  }
}
