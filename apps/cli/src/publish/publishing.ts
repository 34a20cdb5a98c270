import { contentDigest, eventsTopic } from '@pitwall/contracts';
import type { MessagingClient, TopicAdmin } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { CommandContext } from '../commands/command.js';
import { closing, requireTopics } from '../connection/kafka.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.js';
import { counted, printable } from '../output/words.js';
import { describeSettlement, settlementJson } from '../settlements/describe-settlement.js';
import type { Expected, Settlement } from '../settlements/settlement.js';
import { Settlements } from '../settlements/settlements.js';
import { markStart, watchSettlements } from '../settlements/watch-settlements.js';
import { type EventOptions, type EventRecord, eventRecord } from './event-record.js';
import { sendDocuments } from './send-documents.js';

/** What to publish, and how. */
export interface PublishingPlan {
  readonly definition: PipelineDefinition;
  readonly named: EventOptions;
  /** How long to wait for what becomes of the events after the last was sent; null: not at all. */
  readonly waitSeconds: number | null;
}

/** The cluster that is published to. */
interface Cluster {
  readonly client: MessagingClient;
  readonly admin: TopicAdmin;
}

/** An event that was sent. */
interface Sent extends Expected {
  readonly event: EventRecord;
}

const MS_PER_SECOND = 1_000;
const NAMED_IN_A_NOTE = 3;

/** One run of `pitwall publish`. */
export class Publishing {
  readonly #context: CommandContext;
  readonly #cluster: Cluster;
  readonly #plan: PublishingPlan;
  readonly #settlements: Settlements<Sent>;
  #sent = 0;
  #failed = 0;
  #last: EventRecord | null = null;

  constructor(context: CommandContext, cluster: Cluster, plan: PublishingPlan) {
    this.#context = context;
    this.#cluster = cluster;
    this.#plan = plan;
    this.#settlements = new Settlements(plan.definition.name, (item, settlement) => this.#settled(item, settlement));
  }

  async run(documents: AsyncIterable<string>): Promise<ExitCode> {
    const { admin, client } = this.#cluster;
    const { definition, waitSeconds } = this.#plan;
    const topic = eventsTopic.name(definition.name);
    await requireTopics(admin, [topic]);
    const ends = await admin.endOffsets(topic);
    const start = waitSeconds === null ? [] : await markStart(admin, definition.name);
    const sent = closing(client.publisher(), (publisher) =>
      sendDocuments(
        documents,
        async (batch) => {
          this.#requireOneId(batch.length);
          const events = batch.map((document) => this.#eventOf(document, ends.size));
          if (waitSeconds !== null) for (const event of events) this.#expect(event);
          await publisher.send(events.map(({ record }) => record));
          for (const event of events) this.#acknowledged(event);
        },
        this.#context.signal,
      ),
    );
    if (waitSeconds === null) {
      await sent;
      return this.#sayAcknowledged();
    }
    const watching = watchSettlements(this.#context, client, {
      pipeline: definition.name,
      start,
      settlements: this.#settlements,
      sent,
      isOfNow: (_, { origin }) => origin.offset >= (ends.get(origin.partition) ?? 0),
      timeoutMs: waitSeconds * MS_PER_SECOND,
    });
    await Promise.all([sent, watching]);
    return this.#sayOutcome();
  }

  #requireOneId(more: number): void {
    if (this.#plan.named.id === undefined || this.#sent + more <= 1) return;
    throw new CommandFailure('Got --id and several events: each needs an id of its own. Leave --id away.', EXIT.usage);
  }

  #eventOf(document: string, partitions: number): EventRecord {
    const { named, definition } = this.#plan;
    return eventRecord(document, named, { definition, partitions });
  }

  #expect(event: EventRecord): void {
    const { identity, record } = event;
    this.#settlements.expect({ event, identity, digest: contentDigest(record.key, record.value) });
  }

  #acknowledged(event: EventRecord): void {
    this.#sent += 1;
    this.#last = event;
    if (this.#plan.waitSeconds === null) this.#context.output.json(eventJson(event));
  }

  #settled({ event }: Sent, settlement: Settlement): void {
    const { output } = this.#context;
    if (settlement.kind === 'dead_letter') this.#failed += 1;
    output.line(`${idOf(event)}  ${describeSettlement(settlement)}`);
    output.json({ ...eventJson(event), ...settlementJson(settlement) });
  }

  #sayAcknowledged(): ExitCode {
    const { output, signal } = this.#context;
    const topic = eventsTopic.name(this.#plan.definition.name);
    if (this.#sent === 1 && this.#last !== null) {
      const id = idOf(this.#last);
      output.line(`Published ${id} to ${topic}, partition ${this.#last.record.partition}. What became of it:`);
      output.line(`  pitwall decision '${id}'`);
    } else {
      output.line(`Kafka has acknowledged ${counted(this.#sent, 'event')} on ${topic}.`);
    }
    return signal.aborted ? EXIT.interrupted : EXIT.ok;
  }

  #sayOutcome(): ExitCode {
    const { output, signal } = this.#context;
    const open = [...this.#settlements.open];
    for (const { event } of open) output.json({ ...eventJson(event), outcome: null });
    if (open.length > 0) {
      const named = open.slice(0, NAMED_IN_A_NOTE).map(({ event }) => idOf(event));
      const more = open.length > named.length ? ', …' : '';
      output.note(
        `Nothing is known yet of ${counted(open.length, 'event')} (${named.join(', ')}${more}). \`pitwall status\` says who is behind.`,
      );
    }
    if (signal.aborted) return EXIT.interrupted;
    return this.#failed + open.length === 0 ? EXIT.ok : EXIT.failed;
  }
}

function idOf({ identity }: EventRecord): string {
  return printable(identity?.id ?? '(no id)');
}

function eventJson({ identity, record: { topic, partition } }: EventRecord) {
  return { eventId: identity?.id ?? null, source: identity?.source ?? null, topic, partition };
}
