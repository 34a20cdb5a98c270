import { Module } from '@nestjs/common';
import { EventIngestors } from './event-ingestors.js';
import { EventsConsumer } from './events.consumer.js';

@Module({ controllers: [EventsConsumer], providers: [EventIngestors], exports: [EventIngestors] })
export class EventsModule {}
