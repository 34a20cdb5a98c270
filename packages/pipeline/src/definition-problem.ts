import { PitwallError } from '@pitwall/contracts';

/** One thing that is wrong with a pipeline definition. */
export interface DefinitionProblem {
  /** Relative to the definition's folder. */
  readonly file: string;
  /** JSON pointer (RFC 6901) into the file; empty for the whole. */
  readonly pointer: string;
  /** Counted from 1, where the file is YAML. */
  readonly line?: number;
  /** What stands there, as JSON cut to 100 characters, or `nothing`. */
  readonly got: string;
  readonly expected: string;
  /** All of it in one sentence. */
  readonly message: string;
  readonly didYouMean?: string;
}

/** What a check has to say; the message is made of it. */
export interface Finding {
  readonly file: string;
  readonly path: readonly PropertyKey[];
  readonly got: unknown;
  readonly expected: string;
  readonly didYouMean?: string | undefined;
  readonly line?: number | undefined;
}

const MAX_GOT_CHARACTERS = 100;

/** Makes a problem of a finding. */
export function problemOf(finding: Finding): DefinitionProblem {
  const pointer = jsonPointer(finding.path);
  const got = describe(finding.got);
  const hint = finding.didYouMean === undefined ? '' : ` Did you mean ${JSON.stringify(finding.didYouMean)}?`;
  return {
    file: finding.file,
    pointer,
    got,
    expected: finding.expected,
    message: `got ${got}, expected ${finding.expected}.${hint}`,
    ...(finding.line === undefined ? {} : { line: finding.line }),
    ...(finding.didYouMean === undefined ? {} : { didYouMean: finding.didYouMean }),
  };
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > MAX_GOT_CHARACTERS ? `${json.slice(0, MAX_GOT_CHARACTERS)}…` : json;
}

/** A definition that cannot be used. `problems` has all that is wrong with it, and so has the message, a line each. */
export class PipelineDefinitionError extends PitwallError {
  readonly problems: readonly DefinitionProblem[];

  constructor(folder: string, problems: readonly DefinitionProblem[]) {
    super(`${folder} is not a usable pipeline definition:\n${formatProblems(problems)}`, {
      code: 'invalid_pipeline_definition',
      details: { folder, problems },
    });
    this.name = 'PipelineDefinitionError';
    this.problems = problems;
  }
}

/** Problems for a person to read, a line each: `file:line /pointer: what was got, what was expected`. */
export function formatProblems(problems: readonly DefinitionProblem[]): string {
  return problems
    .map(({ file, line, pointer, message }) => {
      const place = line === undefined ? file : `${file}:${line}`;
      return `  - ${pointer === '' ? place : `${place} ${pointer}`}: ${message}`;
    })
    .join('\n');
}
