import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { Finding } from '../definition-problem.js';

/** A YAML file and where its parts stand. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line of the node at this path or of the nearest one around it, counted from 1. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** Bounds what a few lines of aliases can be blown up to. */
const MAX_ALIASES = 100;

/** Reads YAML 1.2; `findings` has what is not YAML, every fault of it. */
export function readYaml(file: string, text: string): { document: YamlDocument | undefined; findings: Finding[] } {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const findings = parsed.errors.map(({ message, pos }) => ({
    file,
    path: [],
    got: excerpt(text, pos[0]),
    expected: `YAML (${message})`,
    line: lines.linePos(pos[0]).line,
  }));
  if (findings.length > 0) return { document: undefined, findings };
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(parsed, path.slice(0, length));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return undefined;
  };
  try {
    return { document: { value: parsed.toJS({ maxAliasCount: MAX_ALIASES }), lineOf }, findings };
  } catch (cause) {
    // An alias of nothing, or too many of them.
    const expected = `YAML (${cause instanceof Error ? cause.message : String(cause)})`;
    return { document: undefined, findings: [{ file, path: [], got: excerpt(text, 0), expected }] };
  }
}

/** Where a key stands rather than its value: a value may begin lines below. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const key = path.at(-1);
  const parent: unknown = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
  const node: unknown = pair?.key ?? document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function excerpt(text: string, offset: number): string {
  return text.slice(offset, offset + 40).split('\n')[0] ?? '';
}
