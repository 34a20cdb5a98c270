import { Module } from '@nestjs/common';
import { RetentionController } from './retention.controller.js';

@Module({ controllers: [RetentionController] })
/** For services that keep generations: `GET /v1/pipelines/:pipeline/retention`. */
export class RetentionModule {}
