import type { DeploymentMessage } from '@pitwall/contracts';
import { nextDeployment, type PipelineChampion } from './announce.js';

const digest = (digit: string): string => digit.repeat(64);

const aPipeline = (sha256: string): PipelineChampion =>
  ({
    name: 'flight-delay',
    champion: { manifest: { name: 'champion', version: '1.0.0', artifact: { sha256 } } },
  }) as PipelineChampion;

const aDeployment = (given: Partial<DeploymentMessage>): DeploymentMessage => ({
  pipeline: 'flight-delay',
  revision: 4,
  champion: { model: 'champion', version: '1.0.0', digest: digest('a') },
  announcedAt: '2026-01-01T00:00:00.000Z',
  announcedBy: 'provision',
  ...given,
});

const now = new Date('2026-02-03T04:05:06Z');

describe('nextDeployment', () => {
  it('announces the first champion as revision 1', () => {
    expect(nextDeployment(aPipeline(digest('a')), undefined, now)).toEqual({
      pipeline: 'flight-delay',
      revision: 1,
      champion: { model: 'champion', version: '1.0.0', digest: digest('a') },
      announcedAt: '2026-02-03T04:05:06.000Z',
      announcedBy: 'provision',
    });
  });

  it('keeps a deployment of the same file', () => {
    expect(nextDeployment(aPipeline(digest('a')), aDeployment({}), now)).toBeNull();
  });

  it('follows a changed definition with the next revision', () => {
    expect(nextDeployment(aPipeline(digest('b')), aDeployment({}), now)).toMatchObject({ revision: 5 });
  });

  it('never overrules what somebody else announced', () => {
    expect(nextDeployment(aPipeline(digest('b')), aDeployment({ announcedBy: 'registry' }), now)).toBeNull();
  });
});
