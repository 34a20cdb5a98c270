import { Module } from '@nestjs/common';
import { DeploymentsModule } from '../deployments/deployments.module.js';
import { FallbackModule } from '../fallback/fallback.module.js';
import { EventAgesService } from './event-ages.service.js';
import { FeaturesConsumer } from './features.consumer.js';

/** Features in, predictions out. */
@Module({
  imports: [DeploymentsModule, FallbackModule],
  controllers: [FeaturesConsumer],
  providers: [EventAgesService],
})
export class ScoringModule {}
