import { Module } from '@nestjs/common';
import { claimsProvider } from './claims.js';
import { CountingService } from './counting.service.js';
import { UnreadableRecords } from './unreadable-records.js';
import { WindowsConsumer } from './windows.consumer.js';
import { WindowsController } from './windows.controller.js';
import { WindowsRepository } from './windows.repository.js';

@Module({
  controllers: [WindowsConsumer, WindowsController],
  providers: [claimsProvider, CountingService, UnreadableRecords, WindowsRepository],
})
export class WindowsModule {}
