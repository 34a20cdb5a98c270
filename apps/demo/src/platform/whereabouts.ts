import { eventsTopic, TOPICS } from '@pitwall/contracts';
import { SERVICES, serviceUrl } from '@pitwall/platform';
import type { AddressBook } from '@pitwall/provision';
import type { Stack } from '@pitwall/stack';
import type { Platform } from './platform.js';

/** Where everything is, for the `pitwall` command. */
export function addressBookOf(platform: Platform, startedAt: Date): AddressBook {
  const { stack, pipeline, traces } = platform;
  return {
    startedAt: startedAt.toISOString(),
    pid: process.pid,
    kafkaBrokers: stack.kafkaBrokers.join(','),
    ingestionUrl: serviceUrl('ingestion', stack.ports),
    inferenceUrl: serviceUrl('inference', stack.ports),
    resultsUrl: serviceUrl('results', stack.ports),
    monitoringUrl: serviceUrl('monitoring', stack.ports),
    tracesUrl: traces?.url ?? null,
    pipelines: [{ name: pipeline.name, folder: pipeline.folder }],
  };
}

/** What can be opened, by name: for the message that a second start gets. */
export function urlsOf({ stack }: Platform): Readonly<Record<string, string>> {
  return Object.fromEntries(SERVICES.map(({ name }) => [name, serviceUrl(name, stack.ports)]));
}

/** A flight of the replay's first day, to have something to type. */
const EXAMPLE_EVENT = '2013-04-01_US1843_EWR_0500';

/** What is where, how to publish an event of one's own and how to look a decision up: what `npm start` says first. */
export function whereabouts(platform: Platform, exampleEvent = EXAMPLE_EVENT): string {
  const { stack, pipeline, traces } = platform;
  const topics = TOPICS.map((topic) => topic.name(pipeline.name));
  const decisions = `${serviceUrl('results', stack.ports)}/v1/pipelines/${pipeline.name}/decisions`;
  return `
What is where
  Kafka        ${stack.kafkaBrokers.join(',')}${stack.kafka === null ? ' (yours)' : ''}
  PostgreSQL   ${databaseLine(stack)}
${SERVICES.map(({ name }) => `  ${name.padEnd(12)} ${serviceUrl(name, stack.ports)}  (/readyz, /metrics)`).join('\n')}
  traces       ${traces === null ? 'go to OTEL_EXPORTER_OTLP_ENDPOINT' : `${traces.url}/traces/<trace id>`}
  logs         ${stack.home}/logs

Topics         ${topics.join('\n               ')}

Publish an event of your own, JSON on ${eventsTopic.name(pipeline.name)}:
  npm run -s pitwall -- publish apps/demo/example-event.json

Look a decision up, and see the way that its event took:
  curl -s '${decisions}/${exampleEvent}'
  npm run -s pitwall -- trace ${exampleEvent}

What monitoring has counted:
  curl -s '${serviceUrl('monitoring', stack.ports)}/v1/pipelines/${pipeline.name}/windows'
`;
}

function databaseLine(stack: Stack): string {
  if (stack.postgres === null) return 'yours';
  const url = new URL(stack.databaseUrl);
  url.password = '';
  return `${url.href}  (password: ${stack.home}/secrets/postgres-password)`;
}
