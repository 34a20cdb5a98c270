import type { RecoveryGroup, RecoveryPartition, RecoveryReport } from '@pitwall/contracts';

const HEADINGS = ['group', 'partition', 'stored', 'committed', 'read again', 'gone'] as const;
const COUNT = new Intl.NumberFormat('en');

/** What was found and what follows from it, for a person. */
export function reportText(report: RecoveryReport): string {
  const { service, groups, imports, problems } = report;
  return [
    `${service}: what its database knows against what its groups have committed`,
    '',
    ...aligned([HEADINGS, ...groups.flatMap(rowsOf)]),
    '',
    ...imports.map(({ pipeline, what, rows }) => `${pipeline}: ${countOf(rows)} ${what} ${importText(report)}`),
    ...problems.map((problem) => `! ${problem}`),
    conclusion(report),
    '',
  ].join('\n');
}

/** One row per partition that is to be moved; one for all of a group where none is. */
function rowsOf({ group, partitions }: RecoveryGroup): (readonly string[])[] {
  const moving = partitions.filter(({ rewindTo }) => rewindTo !== null);
  if (moving.length === 0) return [[group, 'all', 'in step', '', '0', '']];
  return moving.map((partition) => [group, ...cellsOf(partition)]);
}

function cellsOf({ partition, storedOffset, committedOffset, again, gone }: RecoveryPartition): string[] {
  return [
    String(partition),
    storedOffset === null ? 'nothing' : countOf(storedOffset),
    committedOffset === null ? 'nothing' : countOf(committedOffset),
    countOf(again),
    gone === 0 ? '' : countOf(gone),
  ];
}

function importText({ isApplied, problems }: RecoveryReport): string {
  if (isApplied) return 'imported from what was published of them.';
  return problems.length > 0
    ? 'were published and are missing.'
    : 'were published and are missing: they will be imported.';
}

function conclusion({ service, groups, imports, problems, isApplied }: RecoveryReport): string {
  const again = groups.flatMap(({ partitions }) => partitions).reduce((sum, partition) => sum + partition.again, 0);
  const isInStep =
    groups.every(({ partitions }) => partitions.every(({ rewindTo }) => rewindTo === null)) &&
    imports.every(({ rows }) => rows === 0);
  if (isApplied && isInStep) return 'There was nothing to do.';
  if (isApplied) return `Done: ${service} reads ${countOf(again)} records again when it is started.`;
  if (problems.length > 0) return 'No group was moved, for the reasons above.';
  if (isInStep) return 'There is nothing to do.';
  return `Nothing was changed. With ${service} stopped, run this again with --apply.`;
}

function countOf(number: number): string {
  return COUNT.format(number);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
