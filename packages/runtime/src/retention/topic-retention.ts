import { PitwallError, TOPICS } from '@pitwall/contracts';
import type { TopicAdmin } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';

const DAY_MS = 86_400_000;
const KEY = 'retention.ms';

type Pipeline = Pick<PipelineDefinition, 'name' | 'retention'>;

/**
 * Refuses to start (`duplicates_forgotten`) where a topic of the cluster keeps records longer than their duplicates are
 * recognised: one that is read again then, by a replay or a group that was reset, would be decided again. Topics that do not
 * exist yet are created as contracts says, which the definition is checked against.
 */
export async function refuseForgottenDuplicates(admin: TopicAdmin, pipelines: readonly Pipeline[]): Promise<void> {
  for (const { name, retention } of pipelines) {
    const names = TOPICS.filter(({ scope }) => scope === 'pipeline').map((topic) => topic.name(name));
    for (const { name: topic, config } of await admin.describe(names)) {
      const kept = config[KEY];
      if (kept === undefined || isWithin(Number(kept), retention.duplicatesDays)) continue;
      throw new PitwallError(
        `The topic ${topic} keeps records ${kept === '-1' ? 'for ever' : `for ${Number(kept) / DAY_MS} days`} (${KEY}=${kept}), but the definition of ${name} recognises duplicates for ${retention.duplicatesDays} days: what is read again after that would be decided again. Raise retention.duplicatesDays in its pipeline.yaml, or lower ${KEY} of the topic.`,
        {
          code: 'duplicates_forgotten',
          details: { topic, retentionMs: kept, duplicatesDays: retention.duplicatesDays },
        },
      );
    }
  }
}

/** -1 keeps for ever. */
function isWithin(retentionMs: number, days: number): boolean {
  return retentionMs >= 0 && retentionMs <= days * DAY_MS;
}
