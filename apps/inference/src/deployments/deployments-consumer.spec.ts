import type { DeploymentMessage } from '@pitwall/contracts';
import { aRecord, type MessagingClient, type TableOptions } from '@pitwall/messaging';
import type { Logger } from '@pitwall/telemetry';
import type { ChampionsService } from './champions.service.js';
import { DeploymentsConsumer } from './deployments.consumer.js';

const aDeployment = (revision: number): DeploymentMessage => ({
  pipeline: 'flight-delay',
  revision,
  champion: { model: 'champion', version: '1.0.0', digest: 'a'.repeat(64) },
  announcedAt: '2026-01-01T00:00:00.000Z',
  announcedBy: 'provision',
});

const recordOf = (value: string) =>
  aRecord({ topic: 'pitwall.deployments.v1', key: Buffer.from('flight-delay'), value: Buffer.from(value) });

/** The consumer of a topic that the test writes to. */
async function aConsumer() {
  const followed: number[] = [];
  const failures: Error[] = [];
  const refused: unknown[] = [];
  const end = Promise.withResolvers<void>();
  let table: TableOptions | undefined;
  const messaging = {
    table: (options: TableOptions) => {
      table = options;
      return Promise.resolve({ caughtUp: end.promise, stop: () => Promise.resolve() });
    },
  } as unknown as MessagingClient;
  const consumer = new DeploymentsConsumer(
    messaging,
    { error: (fields: unknown) => refused.push(fields) } as unknown as Logger,
    (error) => failures.push(error),
    {
      follow: ({ revision }: DeploymentMessage) => followed.push(revision),
      followAll: (all: Iterable<DeploymentMessage>) => followed.push(...[...all].map(({ revision }) => revision)),
    } as unknown as ChampionsService,
  );
  await consumer.onApplicationBootstrap();
  const { onRecord, onState } = table as TableOptions;
  const caughtUp = async (): Promise<void> => {
    end.resolve();
    await end.promise;
  };
  return { consumer, followed, failures, refused, onRecord, onState, caughtUp };
}

describe('DeploymentsConsumer', () => {
  it('follows nothing before the topic is read to its end, then the newest, then all that come', async () => {
    const { consumer, followed, onRecord, caughtUp } = await aConsumer();
    for (const revision of [1, 2, 3]) onRecord(recordOf(JSON.stringify(aDeployment(revision))));
    expect(followed).toEqual([]);
    expect(() => consumer.check()).toThrow('the deployments topic is not read to its end yet');
    await caughtUp();
    expect(() => consumer.check()).not.toThrow();
    onRecord(recordOf(JSON.stringify(aDeployment(4))));
    expect(followed).toEqual([3, 4]);
  });

  it('passes over a record that is no deployment, and says so', async () => {
    const { followed, refused, onRecord, caughtUp } = await aConsumer();
    await caughtUp();
    onRecord(recordOf('{'));
    expect(followed).toEqual([]);
    expect(refused).toMatchObject([{ why: expect.stringContaining('JSON') }]);
  });

  it('ends the service when the topic cannot be read any more, and not while it is only being retried', async () => {
    const { failures, onState } = await aConsumer();
    onState({ phase: 'retrying', reason: 'no broker' });
    expect(failures).toEqual([]);
    onState({ phase: 'failed', reason: 'topic authorization failed' });
    expect(failures).toMatchObject([
      { code: 'deployments_lost', message: expect.stringContaining('topic authorization failed') },
    ]);
  });
});
