import { Module } from '@nestjs/common';
import { RetentionModule } from '@pitwall/runtime';
import { WindowsModule } from './windows/windows.module.js';

/** What monitoring does. */
@Module({ imports: [WindowsModule, RetentionModule] })
export class AppModule {}
