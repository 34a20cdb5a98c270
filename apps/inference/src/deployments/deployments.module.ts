import { Inject, Module } from '@nestjs/common';
import { HEALTH, type HealthRegistry } from '@pitwall/runtime';
import { ChampionsService } from './champions.service.js';
import { DeploymentsConsumer } from './deployments.consumer.js';
import { ModelHost } from './model-host.service.js';

/** Which model version answers for which pipeline. */
@Module({ providers: [ChampionsService, DeploymentsConsumer, ModelHost], exports: [ChampionsService] })
export class DeploymentsModule {
  constructor(@Inject(HEALTH) health: HealthRegistry, deployments: DeploymentsConsumer) {
    health.register('deployments', () => deployments.check());
  }
}
