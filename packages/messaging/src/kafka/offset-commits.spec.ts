import { OffsetCommits } from './offset-commits.js';
import { RejoinError } from './rejoin-error.js';

type Sent = Parameters<Parameters<OffsetCommits['use']>[0]['commitOffsetsIfNecessary']>[0];

const HELD = { isHeld: () => true };
const LOST = { isHeld: () => false };

const at = (partition: number, offset: number, topic = 'events') => ({ topic, partition, offset, metadata: undefined });

/** Answers request after request as it is told; the last answer is given for ever. */
function aMember(...answers: readonly (Error | null)[]) {
  const sent: Sent[] = [];
  const commits = new OffsetCommits();
  commits.use({
    commitOffsetsIfNecessary: async (offsets) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)] ?? null;
      sent.push(offsets);
      if (answer !== null) throw answer;
    },
  });
  return { commits, sent };
}

const protocolError = (type: string): Error => Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type });

describe('OffsetCommits', () => {
  it('puts partitions that are done at the same time into one request', async () => {
    const { commits, sent } = aMember();
    await Promise.all([
      commits.commit(at(0, 10), HELD),
      commits.commit({ ...at(1, 20), metadata: 'note' }, HELD),
      commits.commit(at(0, 5, 'labels'), HELD),
    ]);
    expect(sent).toEqual([
      {
        topics: [
          {
            topic: 'events',
            partitions: [
              { partition: 0, offset: '10' },
              { partition: 1, offset: '20', metadata: 'note' },
            ],
          },
          { topic: 'labels', partitions: [{ partition: 0, offset: '5' }] },
        ],
      },
    ]);
  });

  it('puts together what comes while a request is out', async () => {
    const { commits, sent } = aMember();
    const first = commits
      .commit(at(0, 10), HELD)
      .then(() => [commits.commit(at(0, 11), HELD), commits.commit(at(1, 1), HELD)]);
    await Promise.all(await first);
    expect(sent).toHaveLength(2);
  });

  it('sends nothing for a partition that is not held, and the others all the same', async () => {
    const { commits, sent } = aMember();
    const results = await Promise.allSettled([commits.commit(at(0, 10), LOST), commits.commit(at(1, 20), HELD)]);
    expect(results).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled' }]);
    expect((results[0] as PromiseRejectedResult).reason).toBeInstanceOf(RejoinError);
    expect(sent).toEqual([{ topics: [{ topic: 'events', partitions: [{ partition: 1, offset: '20' }] }] }]);
  });

  it('tries again after a failure that may pass', async () => {
    const { commits, sent } = aMember(new Error('cut'), null);
    await Promise.all([commits.commit(at(0, 10), HELD), commits.commit(at(1, 20), HELD)]);
    expect(sent).toHaveLength(2);
  });

  it.each(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID'])('has the group joined anew after %s', async (type) => {
    const { commits, sent } = aMember(protocolError(type));
    await expect(commits.commit(at(0, 10), HELD)).rejects.toBeInstanceOf(RejoinError);
    expect(sent).toHaveLength(1);
  });

  it('goes on after a failure', async () => {
    const { commits, sent } = aMember(protocolError('REBALANCE_IN_PROGRESS'), null);
    await expect(commits.commit(at(0, 10), HELD)).rejects.toBeInstanceOf(RejoinError);
    await commits.commit(at(0, 10), HELD);
    expect(sent).toHaveLength(2);
  });

  it('rejects before any batch has come', async () => {
    await expect(new OffsetCommits().commit(at(0, 1), HELD)).rejects.toBeInstanceOf(RejoinError);
  });
});
