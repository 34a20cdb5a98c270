import type { MetricSpec } from './metric-spec.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A second to thirty days. */
const LONG_SECONDS = [1, 10, 60, 300, 900, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800, 2_592_000];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** Every metric that Pitwall writes. Add one by one entry. */
export const METRIC = {
  batchDuration: {
    name: 'messaging.process.duration',
    kind: 'histogram',
    unit: 's',
    description: 'From the start of a batch to the acknowledgement of all that it caused.',
    buckets: SECONDS,
  },
  batchRetries: {
    name: 'pitwall.batch.retries',
    kind: 'counter',
    unit: '{batch}',
    description: 'Batches that failed and come again, by the code of the error.',
  },
  batchSize: {
    name: 'pitwall.batch.size',
    kind: 'histogram',
    unit: '{record}',
    description: 'Records per batch.',
    buckets: COUNTS,
  },
  breakerOpen: {
    name: 'pitwall.breaker.open',
    kind: 'gauge',
    unit: '1',
    description:
      '1 while most records of a subscription fail alike: nothing is taken or given up, one record is tried.',
  },
  consumerLag: {
    name: 'pitwall.consumer.lag',
    kind: 'gauge',
    unit: '{record}',
    description: 'Records of a partition that are not processed yet, as of its last batch.',
  },
  consumerLagTime: {
    name: 'pitwall.consumer.lag.time',
    kind: 'gauge',
    unit: 's',
    description:
      'Age of the oldest record in the last batch of a partition when all that the batch caused was acknowledged.',
  },
  partitionsPaused: {
    name: 'pitwall.consumer.paused',
    kind: 'gauge',
    unit: '{partition}',
    description:
      'Partitions from which nothing more is taken for now: dead letters at their limit, too many records that failed, or the breaker.',
  },
  recordRetries: {
    name: 'pitwall.record.retries',
    kind: 'counter',
    unit: '{record}',
    description: 'Records that failed by themselves and were tried again.',
  },
  recordsParked: {
    name: 'pitwall.records.parked',
    kind: 'gauge',
    unit: '{record}',
    description: 'Records that failed by themselves, or wait behind one of their key, and are tried again.',
  },
  cpuTime: { name: 'process.cpu.time', kind: 'counter', unit: 's', description: 'CPU time of the process.' },
  databaseConnections: {
    name: 'db.client.connection.count',
    kind: 'gauge',
    unit: '{connection}',
    description: 'Connections of the pool by state.',
  },
  databaseSize: {
    name: 'pitwall.database.size',
    kind: 'gauge',
    unit: 'By',
    description: 'Disk that the tables and indexes of the service take in PostgreSQL, measured every 15 s.',
  },
  eventLoopDelayMax: {
    name: 'nodejs.eventloop.delay.max',
    kind: 'gauge',
    unit: 's',
    description: 'Longest event-loop delay since the last reading.',
  },
  eventLoopDelayP99: {
    name: 'nodejs.eventloop.delay.p99',
    kind: 'gauge',
    unit: 's',
    description: '99th percentile of the event-loop delay since the last reading.',
  },
  eventAge: {
    name: 'pitwall.event.age',
    kind: 'histogram',
    unit: 's',
    description: 'Age of an event when its turn to be scored comes, from when its raw record was appended.',
    buckets: [...SECONDS, 300, 900, 3600, 21_600, 86_400],
  },
  eventLatency: {
    name: 'pitwall.event.latency',
    kind: 'histogram',
    unit: 's',
    description: 'From the append of a raw event to the append of its result.',
    buckets: SECONDS,
  },
  fallbackActive: {
    name: 'pitwall.fallback.active',
    kind: 'gauge',
    unit: '1',
    description: '1 while the fallback decision of a pipeline is taken, as no healthy model answers, else 0.',
  },
  fallbackPredictions: {
    name: 'pitwall.fallback.predictions',
    kind: 'counter',
    unit: '{record}',
    description: 'Predictions without a score, for the fallback decision to be taken, by why there is none.',
  },
  heapUsed: {
    name: 'v8js.memory.heap.used',
    kind: 'gauge',
    unit: 'By',
    description: 'Used memory of the JavaScript heap.',
  },
  hopLatency: {
    name: 'pitwall.hop.latency',
    kind: 'histogram',
    unit: 's',
    description: 'From the append of a record to the append of what was made of it, by the kind of the latter topic.',
    buckets: SECONDS,
  },
  httpDuration: {
    name: 'http.server.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of HTTP requests by route and status.',
    buckets: SECONDS,
  },
  memoryUsage: {
    name: 'process.memory.usage',
    kind: 'gauge',
    unit: 'By',
    description: 'Resident memory of the process.',
  },
  modelBatchDuration: {
    name: 'pitwall.model.batch.duration',
    kind: 'histogram',
    unit: 's',
    description: 'How long a run of the model takes in its child.',
    buckets: SECONDS,
  },
  modelBatchRows: {
    name: 'pitwall.model.batch.rows',
    kind: 'histogram',
    unit: '{row}',
    description: 'Rows per run of the model.',
    buckets: COUNTS,
  },
  modelChildLosses: {
    name: 'pitwall.model.child.losses',
    kind: 'counter',
    unit: '{process}',
    description: 'Model children that could not be started, or ended while they were needed, by phase.',
  },
  modelChildMemory: {
    name: 'pitwall.model.child.memory',
    kind: 'gauge',
    unit: 'By',
    description: 'Resident memory of the model children.',
  },
  modelQueue: {
    name: 'pitwall.model.queue',
    kind: 'gauge',
    unit: '{batch}',
    description: 'Batches that wait for a model child.',
  },
  modelRows: {
    name: 'pitwall.model.rows',
    kind: 'counter',
    unit: '{row}',
    description: 'Rows given to the model, by outcome.',
  },
  ready: { name: 'pitwall.ready', kind: 'gauge', unit: '1', description: '1 when the service is ready, else 0.' },
  recordsConsumed: {
    name: 'messaging.client.consumed.messages',
    kind: 'counter',
    unit: '{message}',
    description: 'Records processed, by topic and outcome.',
  },
  recordsSent: {
    name: 'messaging.client.sent.messages',
    kind: 'counter',
    unit: '{message}',
    description: 'Records that the brokers acknowledged, by topic.',
  },
  decisions: {
    name: 'pitwall.decisions',
    kind: 'counter',
    unit: '{record}',
    description: 'Predictions by what became of them in the results transaction.',
  },
  decisionTransactionDuration: {
    name: 'pitwall.decisions.transaction.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Storing the decisions and the progress of one batch, retries included.',
    buckets: SECONDS,
  },
  feedback: {
    name: 'pitwall.feedback',
    kind: 'counter',
    unit: '{record}',
    description: 'Labels and actions by what became of them in their transaction.',
  },
  labelDelay: {
    name: 'pitwall.label.delay',
    kind: 'histogram',
    unit: 's',
    description: 'From the time of an event to the time at which its label was observed, in the time of the events.',
    buckets: LONG_SECONDS,
  },
  labelsWaiting: {
    name: 'pitwall.labels.waiting',
    kind: 'gauge',
    unit: '{label}',
    description: 'Labels of events that were never decided, counted every 15 s.',
  },
  outcomes: {
    name: 'pitwall.outcomes',
    kind: 'counter',
    unit: '{outcome}',
    description: 'Decisions joined with a label, each revision once, by whether the decision was correct.',
  },
  deadLetters: {
    name: 'pitwall.dead_letters',
    kind: 'counter',
    unit: '{record}',
    description: 'Dead letters by reason.',
  },
  deadLettersKept: {
    name: 'pitwall.dead_letters.kept',
    kind: 'counter',
    unit: '{record}',
    description: 'Records of the dead-letters topic by what became of them in the results transaction.',
  },
  deadLettersOpen: {
    name: 'pitwall.dead_letters.open',
    kind: 'gauge',
    unit: '{record}',
    description: 'Dead letters about which something is left to be done, counted every 15 s or more rarely.',
  },
  deadLettersRedriven: {
    name: 'pitwall.dead_letters.redriven',
    kind: 'counter',
    unit: '{record}',
    description: 'Dead letters that redrives have given back, by the topic that they went to.',
  },
  redriveRepeats: {
    name: 'pitwall.dead_letters.redrive_repeats',
    kind: 'counter',
    unit: '{record}',
    description:
      'Sends of redrives repeated as it was not known whether the one before had arrived: copies on the topic.',
  },
  retentionDropped: {
    name: 'pitwall.retention.dropped',
    kind: 'counter',
    unit: '{row}',
    description: 'Rows that were dropped as older than the retention, as PostgreSQL estimates them.',
  },
  retentionOldest: {
    name: 'pitwall.retention.oldest',
    kind: 'gauge',
    unit: 's',
    description: 'How long ago the oldest generation of rows that is kept began, by the day.',
  },
  unreadableRecords: {
    name: 'pitwall.unreadable_records',
    kind: 'counter',
    unit: '{record}',
    description: 'Records that could not be read, and were not counted or kept, by topic.',
  },
  windowsTooOld: {
    name: 'pitwall.windows.too_old',
    kind: 'counter',
    unit: '{record}',
    description: 'Records whose window was dropped with its counts already: they are counted here alone.',
  },
  uptime: { name: 'process.uptime', kind: 'gauge', unit: 's', description: 'Time since the process was started.' },
} as const satisfies Readonly<Record<string, MetricSpec>>;
