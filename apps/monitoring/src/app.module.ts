import { Module } from '@nestjs/common';
import { WindowsModule } from './windows/windows.module.js';

/** What monitoring does. */
@Module({ imports: [WindowsModule] })
export class AppModule {}
