import { type DynamicModule, Module } from '@nestjs/common';

/** What the tokens of `tokens.ts` stand for in one service. */
export type RuntimeParts = ReadonlyMap<symbol, unknown>;

@Module({})
/** Gives every module of a service what the runtime has made ready before the application is built. */
export class RuntimeModule {
  static with(parts: RuntimeParts): DynamicModule {
    return {
      module: RuntimeModule,
      global: true,
      providers: [...parts].map(([provide, useValue]) => ({ provide, useValue })),
      exports: [...parts.keys()],
    };
  }
}
