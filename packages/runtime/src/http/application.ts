import type { IncomingMessage } from 'node:http';
import { Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LIMITS } from '@pitwall/contracts';
import type { Logger } from '@pitwall/telemetry';
import type { FastifyInstance } from 'fastify';
import { requestIdOf } from '../ids.js';
import { NestLogger } from '../nest-logger.js';
import { RuntimeModule, type RuntimeParts } from '../runtime.module.js';
import type { ServiceHttp, ServiceSpec } from '../service.js';
import { ProblemFilter } from './problem.filter.js';
import { InvalidRequestError } from './problem.js';
import { installRequestHooks } from './request-hooks.js';

const DEFAULT_HTTP: ServiceHttp = { bodies: 'json', maxBodyBytes: 1024 * 1024 };

// Percent-encoding takes up to three characters a byte; above the limit the router answers 404.
const MAX_PARAM_CHARACTERS = 3 * LIMITS.maxIdBytes;

/** Builds the Nest application of a service, not yet initialised: nothing is listened to. */
export async function createApplication(
  { module, http = DEFAULT_HTTP }: Pick<ServiceSpec, 'module' | 'http'>,
  parts: RuntimeParts,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: http.maxBodyBytes,
    routerOptions: { maxParamLength: MAX_PARAM_CHARACTERS },
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers['x-request-id']),
    logger: false,
    return503OnClosing: false,
  });
  const root = { module: ServiceModule, imports: [RuntimeModule.with(parts), module] };
  const application = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bufferLogs: false,
    bodyParser: http.bodies === 'json',
  });
  const fastify = application.getHttpAdapter().getInstance();
  if (http.bodies === 'raw') takeRawBodies(fastify);
  installRequestHooks(fastify, logger);
  application.useGlobalFilters(new ProblemFilter(logger));
  application.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest }));
  return application;
}

function takeRawBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The root: what the runtime gives, and the service's own module. */
@Module({})
class ServiceModule {}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function invalidRequest(issues: readonly Issue[]): InvalidRequestError {
  return new InvalidRequestError(
    issues.map(({ message, path = [] }) => ({
      pointer: path.map((step) => `/${escaped(typeof step === 'object' ? step.key : step)}`).join(''),
      message,
    })),
  );
}

function escaped(step: PropertyKey): string {
  return String(step).replaceAll('~', '~0').replaceAll('/', '~1');
}
