import type { ExistingTopic, TopicAdmin } from '@pitwall/messaging';
import { refuseForgottenDuplicates } from './topic-retention.js';

const DAY_MS = 86_400_000;
const retention = { duplicatesDays: 30, decisionsDays: 90, deadLettersDays: 30, windowsDays: 400 };

/** A cluster in which the events of `flights` are kept so long. */
function clusterWith(config: Readonly<Record<string, string>>): TopicAdmin {
  const describe = (names: readonly string[]): Promise<readonly ExistingTopic[]> =>
    Promise.resolve(names.includes('flights.events.v1') ? [{ name: 'flights.events.v1', partitions: 6, config }] : []);
  return { describe } as TopicAdmin;
}

const check = (config: Readonly<Record<string, string>>): Promise<void> =>
  refuseForgottenDuplicates(clusterWith(config), [{ name: 'flights', retention }]);

describe('refuseForgottenDuplicates', () => {
  it.each([{ 'retention.ms': String(14 * DAY_MS) }, { 'retention.ms': String(30 * DAY_MS) }, {}])(
    'lets a topic be that is kept no longer: %j',
    async (config) => {
      await expect(check(config)).resolves.toBeUndefined();
    },
  );

  it.each([
    ['31 days', String(31 * DAY_MS)],
    ['for ever', '-1'],
  ])('refuses a topic that is kept %s, and says which and why', async (text, retentionMs) => {
    await expect(check({ 'retention.ms': retentionMs })).rejects.toMatchObject({
      code: 'duplicates_forgotten',
      message: expect.stringMatching(new RegExp(`flights\\.events\\.v1.*${text}.*30 days`)),
    });
  });
});
