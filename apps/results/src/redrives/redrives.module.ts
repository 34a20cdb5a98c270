import { Module } from '@nestjs/common';
import { RedriveChunksRepository } from './redrive-chunks.repository.js';
import { RedriveLeasesRepository } from './redrive-leases.repository.js';
import { RedriveProgressRepository } from './redrive-progress.repository.js';
import { RedriveRunner } from './redrive-runner.service.js';
import { RedrivesController } from './redrives.controller.js';
import { RedrivesRepository } from './redrives.repository.js';
import { RedrivesService } from './redrives.service.js';

@Module({
  controllers: [RedrivesController],
  providers: [
    RedrivesService,
    RedrivesRepository,
    RedriveProgressRepository,
    RedriveLeasesRepository,
    RedriveChunksRepository,
    RedriveRunner,
  ],
})
export class RedrivesModule {}
