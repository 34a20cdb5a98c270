import { Module } from '@nestjs/common';
import { DecisionsModule } from './decisions/decisions.module.js';

@Module({ imports: [DecisionsModule] })
export class AppModule {}
