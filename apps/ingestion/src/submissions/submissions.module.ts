import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { SubmissionsController } from './submissions.controller.js';
import { SubmissionsService } from './submissions.service.js';

@Module({ imports: [EventsModule], controllers: [SubmissionsController], providers: [SubmissionsService] })
export class SubmissionsModule {}
