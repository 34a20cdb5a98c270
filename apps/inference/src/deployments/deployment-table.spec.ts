import { type DeploymentMessage, deploymentsTopic } from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { DeploymentTable } from './deployment-table.js';

const aDeployment = (given: Partial<DeploymentMessage> = {}): DeploymentMessage => ({
  pipeline: 'flight-delay',
  revision: 1,
  champion: { model: 'champion', version: '1.0.0', digest: 'a'.repeat(64) },
  announcedAt: '2026-01-01T00:00:00.000Z',
  announcedBy: 'provision',
  ...given,
});

const aRecord = (value: string | null, key = 'flight-delay'): InboundRecord => ({
  topic: deploymentsTopic.name(''),
  partition: 0,
  offset: 0,
  appendedAt: 0,
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: [],
});

const announce = (table: DeploymentTable, given: Partial<DeploymentMessage>) =>
  table.apply(aRecord(JSON.stringify(aDeployment(given)), given.pipeline));

describe('DeploymentTable', () => {
  it('keeps the highest revision of each pipeline, in whatever order they come', () => {
    const table = new DeploymentTable();
    expect(announce(table, { revision: 2 })).toMatchObject({ kind: 'wanted' });
    expect(announce(table, { revision: 1 })).toMatchObject({ kind: 'ignored' });
    expect(announce(table, { pipeline: 'card-fraud', revision: 1 })).toMatchObject({ kind: 'wanted' });
    expect(announce(table, { revision: 7 })).toEqual({ kind: 'wanted', deployment: aDeployment({ revision: 7 }) });
    expect([...table.deployments()].map(({ pipeline, revision }) => `${pipeline} ${revision}`)).toEqual([
      'flight-delay 7',
      'card-fraud 1',
    ]);
  });

  it('ignores a revision that comes a second time', () => {
    const table = new DeploymentTable();
    announce(table, { revision: 3, announcedBy: 'first' });
    expect(announce(table, { revision: 3, announcedBy: 'second' }).kind).toBe('ignored');
    expect([...table.deployments()]).toMatchObject([{ announcedBy: 'first' }]);
  });

  it('keeps the deployment of a key that is deleted', () => {
    const table = new DeploymentTable();
    announce(table, {});
    expect(table.apply(aRecord(null)).kind).toBe('ignored');
    expect([...table.deployments()]).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{"pipeline"', 'flight-delay'],
    ['no digest', JSON.stringify({ ...aDeployment(), champion: { model: 'm', version: '1' } }), 'flight-delay'],
    ['the key of another pipeline', JSON.stringify(aDeployment()), 'card-fraud'],
  ])('refuses a record with %s and says why', (_, value, key) => {
    const table = new DeploymentTable();
    expect(table.apply(aRecord(value, key))).toMatchObject({ kind: 'refused', why: expect.stringMatching(/\w+/) });
    expect([...table.deployments()]).toEqual([]);
  });
});
