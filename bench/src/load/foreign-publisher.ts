import type { OutboundRecord, Publisher } from '@pitwall/messaging';
import { type Codec, type ForeignMessage, startForeignProducer } from '@pitwall/testing';

/** A batch is refused as a whole where it is larger than the topic allows: so many are not, whatever they are padded with. */
const MAX_RECORDS = 100;

/** A publisher as a producer in another language is one: its batches are packed, by one codec after the other. */
export function foreignPublisher(
  brokers: readonly string[],
  codecs: readonly Codec[],
): Pick<Publisher, 'close' | 'send'> {
  const producer = startForeignProducer(brokers);
  let sends = 0;
  return {
    send: async (records) => {
      for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic)) {
        for (let at = 0; at < ofTopic.length; at += MAX_RECORDS) {
          const codec = codecs[sends % codecs.length] ?? 'none';
          sends += 1;
          await producer.send({ topic, codec, messages: ofTopic.slice(at, at + MAX_RECORDS).map(messageOf) });
        }
      }
    },
    close: () => producer.close(),
  };
}

/** Events and labels have no header twice, and none without a value. */
function messageOf({ partition, key, value, headers }: OutboundRecord): ForeignMessage {
  const named = headers.map(({ name, value: bytes }) => [name, bytes ?? Buffer.alloc(0)] as const);
  return { partition, key, value, headers: Object.fromEntries(named) };
}
