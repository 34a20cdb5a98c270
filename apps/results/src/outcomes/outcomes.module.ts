import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { OutcomesService } from './outcomes.service.js';
import { WaitingLabelsGauge } from './waiting-labels-gauge.service.js';

@Module({ imports: [StorageModule], providers: [OutcomesService, WaitingLabelsGauge], exports: [OutcomesService] })
export class OutcomesModule {}
