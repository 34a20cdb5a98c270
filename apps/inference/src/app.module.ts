import { Module } from '@nestjs/common';
import { DeploymentsModule } from './deployments/deployments.module.js';
import { ScoringModule } from './scoring/scoring.module.js';

/** inference: features in, scored by the deployed model, predictions out. */
@Module({ imports: [DeploymentsModule, ScoringModule] })
export class AppModule {}
