import { deploymentsTopic, eventsTopic, TOPICS } from '@pitwall/contracts';
import { InMemoryBroker } from '@pitwall/messaging';
import { PROVISION, readDeployments } from './announce.js';
import { provision, type ProvisionedPipeline } from './provision.js';

const aPipeline = (given: { partitions?: number; digest?: string } = {}): ProvisionedPipeline => {
  const artifact = { sha256: given.digest ?? 'a'.repeat(64) };
  const champion = { manifest: { name: 'champion', version: '1.0.0', artifact } };
  return { name: 'flight-delay', partitions: given.partitions ?? 6, champion } as ProvisionedPipeline;
};

const announcedAt = new Date('2026-02-03T04:05:06Z');

describe('provision', () => {
  const setUp = () => {
    const client = new InMemoryBroker().client();
    const run = (pipeline: ProvisionedPipeline) =>
      provision({ client, pipelines: [pipeline], replicationFactor: 1, announcedAt });
    return { client, run };
  };

  it('creates every topic of the list and announces the champion', async () => {
    const { client, run } = setUp();
    const { topics, announcements } = await run(aPipeline());
    expect(topics.map(({ name, state }) => [name, state])).toEqual(
      TOPICS.map((spec) => [spec.name('flight-delay'), 'created']),
    );
    expect(announcements.map(({ state }) => state)).toEqual(['announced']);
    expect((await readDeployments(client)).get('flight-delay')).toMatchObject({
      revision: 1,
      champion: { model: 'champion', version: '1.0.0', digest: 'a'.repeat(64) },
      announcedBy: PROVISION,
    });
  });

  it('does nothing when it is run again', async () => {
    const { client, run } = setUp();
    await run(aPipeline());
    const { topics, announcements } = await run(aPipeline());
    expect(new Set(topics.map(({ state }) => state))).toEqual(new Set(['present']));
    expect(announcements.map(({ state }) => state)).toEqual(['kept']);
    const admin = await client.admin();
    expect([...(await admin.endOffsets(deploymentsTopic.name('')))]).toEqual([[0, 1]]);
  });

  it('announces the champion of a changed definition with the next revision', async () => {
    const { client, run } = setUp();
    await run(aPipeline());
    await run(aPipeline({ digest: 'b'.repeat(64) }));
    expect((await readDeployments(client)).get('flight-delay')).toMatchObject({
      revision: 2,
      champion: { digest: 'b'.repeat(64) },
    });
  });

  it('leaves a topic that differs as it is, says how, and announces nothing', async () => {
    const { client, run } = setUp();
    await run(aPipeline({ partitions: 3 }));
    const { topics, announcements } = await run(aPipeline({ partitions: 6 }));
    const events = topics.find(({ name }) => name === eventsTopic.name('flight-delay'));
    expect(events).toMatchObject({ state: 'differs', differences: [{ name: 'partitions', is: '3', expected: '6' }] });
    expect(announcements).toEqual([]);
    const admin = await client.admin();
    expect((await admin.describe([eventsTopic.name('flight-delay')]))[0]?.partitions).toBe(3);
  });

  it('does not take a foreign record on the deployments topic for a deployment', async () => {
    const { client, run } = setUp();
    await run(aPipeline());
    const publisher = await client.publisher();
    const foreign = { topic: deploymentsTopic.name(''), partition: 0, key: Buffer.from('x'), value: Buffer.from('{}') };
    await publisher.send([{ ...foreign, headers: [] }]);
    await expect(run(aPipeline())).rejects.toThrow('is no deployment');
  });
});
