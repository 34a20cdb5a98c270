import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/** Carries the active OpenTelemetry context along asynchronous calls. */
export class AsyncContextManager implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  // The signature is OpenTelemetry's.
  // oxlint-disable-next-line max-params
  with<Arguments extends unknown[], Result extends (...args: Arguments) => ReturnType<Result>>(
    context: Context,
    work: Result,
    thisArg?: ThisParameterType<Result>,
    ...args: Arguments
  ): ReturnType<Result> {
    return this.storage.run(context, () => work.call(thisArg, ...args));
  }

  bind<Target>(context: Context, target: Target): Target {
    if (typeof target !== 'function') return target;
    const bound = (...args: unknown[]): unknown => this.storage.run(context, () => target(...args) as unknown);
    return bound as Target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.storage.disable();
    return this;
  }
}
