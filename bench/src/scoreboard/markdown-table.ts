import type { Column } from '../terminal/table.js';

/** A table as the formatter writes it: every column as wide as its widest cell. */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  const widths = columns.map((_, at) => Math.max(3, ...cells.map((line) => (line[at] ?? '').length)));
  const isRight = (at: number): boolean => columns[at]?.align === 'right';
  const [head = '', ...body] = cells.map((line) =>
    joined(line.map((cell, at) => (isRight(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))),
  );
  const rule = joined(widths.map((width, at) => (isRight(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))));
  return [head, rule, ...body];
}

function joined(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
