import { join } from 'node:path';
import { contentDigest, formatOrigin, HEADER } from '@pitwall/contracts';
import { aRecord, type Header, headerOf, messageOf, rawOriginOf, textHeader } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { FLIGHT } from '../../test/a-flight.js';
import { EventIngestor } from './event-ingestor.js';
import { PartitionWatermark } from './watermarks.js';

const VALUE = Buffer.from(JSON.stringify(FLIGHT));
const at = (offset: number) => ({ topic: 'flight-delay.events.v1', partition: 0, offset, appendedAt: 100 + offset });

let definition: PipelineDefinition;

beforeAll(async () => {
  definition = await loadPipeline(join(import.meta.dirname, '../../../../pipelines/flight-delay'));
});

/** The header of the features of a flight at offset 7 that says that it was replayed. */
function replayedHeader(headers: readonly Header[]): string | undefined {
  const record = aRecord({ ...at(7), value: VALUE, headers });
  const message = { ...messageOf(record), origin: rawOriginOf(record) };
  const outcome = new EventIngestor(definition, 'a-cluster').ingest(message, new PartitionWatermark(definition.event));
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return headerOf(outcome.outputs[0]?.headers ?? [], HEADER.replayed)?.toString();
}

describe('the features of a raw record', () => {
  it('say that it was replayed where it stands for an earlier one, and of no other, whatever its producer says', () => {
    const copied = textHeader(HEADER.origin, formatOrigin({ ...at(3), digest: contentDigest(null, VALUE) }));
    expect(replayedHeader([copied])).toBe('1');
    expect(replayedHeader([])).toBeUndefined();
    expect(replayedHeader([textHeader(HEADER.replayed, '1')])).toBeUndefined();
    expect(replayedHeader([copied, textHeader(HEADER.redriveAttempt, '1')])).toBeUndefined();
  });
});
