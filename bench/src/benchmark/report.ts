import { cpus, totalmem } from 'node:os';
import { type Column, tableLines } from '../terminal/table.js';
import type { BenchmarkNumbers, Latency } from './numbers.js';
import type { TargetOutcome } from './targets.js';
import { cpuPerMillion, type ProcessCost } from './usage.js';

/** What the numbers were measured on. */
export function machineFacts(): { cores: number; cpu: string; memoryGiB: number; node: string; platform: string } {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MIB = 1024 ** 2;

const orDash = (value: number | null, format: Intl.NumberFormat, scale = 1): string =>
  value === null ? '–' : format.format(value / scale);

const PROCESS_COLUMNS: readonly Column<ProcessCost>[] = [
  { title: 'process', align: 'left', cell: ({ name }) => name },
  { title: 'CPU s', align: 'right', cell: ({ cpuSeconds }) => orDash(cpuSeconds, tenths) },
  {
    title: 'CPU s per million',
    align: 'right',
    cell: ({ cpuSecondsPerMillion }) => orDash(cpuSecondsPerMillion, tenths),
  },
  { title: 'peak MiB', align: 'right', cell: ({ peakBytes }) => orDash(peakBytes, whole, MIB) },
];

const LATENCY_COLUMNS: readonly Column<readonly [string, Latency]>[] = [
  { title: 'latency of a result, ms', align: 'left', cell: ([name]) => name },
  ...(['p50', 'p99', 'p999', 'max'] as const).map((figure) => ({
    title: figure,
    align: 'right' as const,
    cell: ([, latency]: readonly [string, Latency]) => orDash(latency[figure], tenths),
  })),
];

const TARGET_COLUMNS: readonly Column<TargetOutcome>[] = [
  { title: 'target', align: 'left', cell: ({ what }) => what },
  { title: 'wanted', align: 'right', cell: ({ bound, wanted }) => `${bound} ${whole.format(wanted)}` },
  { title: 'measured', align: 'right', cell: ({ measured }) => orDash(measured, tenths) },
  { title: 'unit', align: 'left', cell: ({ unit }) => unit },
  { title: '', align: 'left', cell: ({ state }) => state },
];

/** Everything that was measured, for people. */
export function reportLines(numbers: BenchmarkNumbers, targets: readonly TargetOutcome[]): readonly string[] {
  const { drain, paced, processes } = numbers;
  const { cores, cpu, node } = machineFacts();
  return [
    `${cores} cores (${cpu}), Node ${node}; everything on this machine.`,
    '',
    `Drained ${whole.format(drain.events)} events in ${tenths.format(drain.seconds)} s from the first result to the last: ` +
      `${whole.format(drain.eventsPerSecond)} events/s. All was quiet ${tenths.format(drain.wallSeconds)} s after ingestion was ready.`,
    '',
    ...tableLines(PROCESS_COLUMNS, [...processes, sumOf(processes)]),
    '',
    ...(paced === null
      ? ['The paced phase was left out.']
      : [
          `Then ${whole.format(paced.rate)} events/s for ${paced.seconds} s, sent when they were due:`,
          ...tableLines(LATENCY_COLUMNS, [
            ['from due time', paced.fromDueMs],
            ['from append', paced.fromAppendMs],
          ]),
        ]),
    '',
    ...tableLines(TARGET_COLUMNS, targets),
  ];
}

function sumOf(processes: readonly ProcessCost[]): ProcessCost {
  const seconds = processes.map(({ cpuSeconds }) => cpuSeconds);
  return {
    name: 'all',
    cpuSeconds: seconds.includes(null) ? null : seconds.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    cpuSecondsPerMillion: cpuPerMillion(processes, () => true),
    peakBytes: null,
  };
}
