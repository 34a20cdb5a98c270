import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { EVENT_SCHEMA_FILE, PIPELINE_FILE, PROFILE_FILE, type LoadedModel, type ProfileFile } from '../checks/check.js';
import type { Finding } from '../definition-problem.js';
import { compileEventSchema, schemaErrors } from '../event-schema.js';
import { manifestSchema } from './manifest.schema.js';
import { pipelineFileSchema, type PipelineFile } from './pipeline-file.schema.js';
import { profileSchema } from './profile.schema.js';
import { readYaml, type YamlDocument } from './yaml-document.js';
import { findingsOf } from './zod-findings.js';

const MODELS_FOLDER = 'models';
const MANIFEST_SUFFIX = '.manifest.json';

/** Something that was read, or undefined where it could not be; `findings` says why. */
export interface Read<Value> {
  readonly value: Value | undefined;
  readonly findings: readonly Finding[];
}

/** `pipeline.yaml` with its lines. */
export interface PipelineFileRead {
  /** The top-level keys whose value has its shape: all of them if there are no findings. */
  readonly sections: Partial<PipelineFile>;
  readonly yaml: YamlDocument | undefined;
  readonly findings: readonly Finding[];
}

/** Reads `pipeline.yaml`. */
export async function readPipelineFile(folder: string): Promise<PipelineFileRead> {
  const file = PIPELINE_FILE;
  const { value: bytes, findings: unreadable } = await readBytes(folder, file);
  if (bytes === undefined) return { sections: {}, yaml: undefined, findings: unreadable };
  const { document: yaml, findings } = readYaml(file, bytes.toString('utf8'));
  if (yaml === undefined) return { sections: {}, yaml, findings };
  const parsed = pipelineFileSchema.safeParse(yaml.value);
  if (parsed.success) return { sections: parsed.data, yaml, findings: [] };
  const wrong = findingsOf(parsed.error, { file, document: yaml.value, schema: pipelineFileSchema });
  return { sections: usableSections(yaml.value), yaml, findings: wrong };
}

/** What is right beside something that is wrong, so that it is checked all the same. */
function usableSections(document: unknown): Partial<PipelineFile> {
  if (typeof document !== 'object' || document === null) return {};
  const sections = Object.entries(pipelineFileSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse((document as Record<string, unknown>)[key]);
    return parsed.success ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(sections) as Partial<PipelineFile>;
}

/** Reads `event.schema.json` and compiles it once to know that it can be. */
export async function readEventSchema(folder: string): Promise<Read<Readonly<Record<string, unknown>>>> {
  const file = EVENT_SCHEMA_FILE;
  const { value: document, findings } = await readJson(folder, file);
  if (document === undefined) return { value: undefined, findings };
  if (typeof document.json !== 'object' || document.json === null || Array.isArray(document.json)) {
    return {
      value: undefined,
      findings: [{ file, path: [], got: document.json, expected: 'a JSON Schema as an object' }],
    };
  }
  const schema = document.json as Readonly<Record<string, unknown>>;
  const errors = schemaErrors(schema).map(({ instancePath, data, message }) => ({
    file,
    path: instancePath.split('/').slice(1),
    got: data,
    expected: `JSON Schema 2020-12 (${message ?? 'not valid'})`,
  }));
  if (errors.length > 0) return { value: undefined, findings: errors };
  try {
    compileEventSchema(schema);
  } catch (cause) {
    const expected = `a JSON Schema that compiles (${cause instanceof Error ? cause.message : String(cause)})`;
    return { value: undefined, findings: [{ file, path: [], got: schema['title'] ?? file, expected }] };
  }
  return { value: schema, findings: [] };
}

/** Reads `models/profile.json`. */
export async function readProfile(folder: string): Promise<Read<ProfileFile>> {
  const file = PROFILE_FILE;
  const { value: document, findings } = await readJson(folder, file);
  if (document === undefined) return { value: undefined, findings };
  const { value, findings: wrong } = shaped({ file, document: document.json, schema: profileSchema });
  return { value: value === undefined ? undefined : { reference: value, sha256: document.sha256 }, findings: wrong };
}

/** Reads every `models/*.manifest.json`, in order of file name, and takes the digest of the ONNX file at its side. */
export async function readModels(folder: string): Promise<Read<readonly LoadedModel[]>> {
  const names = await readdir(join(folder, MODELS_FOLDER)).catch(() => []);
  const files = names.filter((name) => name.endsWith(MANIFEST_SUFFIX)).toSorted();
  if (files.length === 0) {
    const expected = `at least one model with a file <name>${MANIFEST_SUFFIX}`;
    return { value: [], findings: [{ file: MODELS_FOLDER, path: [], got: undefined, expected }] };
  }
  const reads = await Promise.all(files.map((name) => readModel(folder, `${MODELS_FOLDER}/${name}`)));
  return {
    value: reads.flatMap(({ value }) => (value === undefined ? [] : [value])),
    findings: reads.flatMap(({ findings }) => findings),
  };
}

async function readModel(folder: string, file: string): Promise<Read<LoadedModel>> {
  const { value: document, findings } = await readJson(folder, file);
  if (document === undefined) return { value: undefined, findings };
  const { value: manifest, findings: wrong } = shaped({ file, document: document.json, schema: manifestSchema });
  if (manifest === undefined) return { value: undefined, findings: wrong };
  const { value: bytes } = await readBytes(folder, `${MODELS_FOLDER}/${manifest.artifact.file}`);
  const onnx = bytes === undefined ? undefined : { sha256: sha256(bytes), bytes: bytes.length };
  const path = join(folder, MODELS_FOLDER, manifest.artifact.file);
  return { value: { file, manifest, path, onnx, reference: `${manifest.name}@${manifest.version}` }, findings: [] };
}

function shaped<Schema extends z.ZodType>(source: {
  file: string;
  document: unknown;
  schema: Schema;
}): Read<z.output<Schema>> {
  const parsed = source.schema.safeParse(source.document);
  if (parsed.success) return { value: parsed.data, findings: [] };
  return { value: undefined, findings: findingsOf(parsed.error, source) };
}

async function readJson(folder: string, file: string): Promise<Read<{ json: unknown; sha256: string }>> {
  const { value: bytes, findings } = await readBytes(folder, file);
  if (bytes === undefined) return { value: undefined, findings };
  try {
    return { value: { json: JSON.parse(bytes.toString('utf8')), sha256: sha256(bytes) }, findings: [] };
  } catch (cause) {
    const expected = `JSON (${cause instanceof Error ? cause.message : String(cause)})`;
    return { value: undefined, findings: [{ file, path: [], got: bytes.toString('utf8', 0, 40), expected }] };
  }
}

async function readBytes(folder: string, file: string): Promise<Read<Buffer>> {
  try {
    return { value: await readFile(join(folder, file)), findings: [] };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return { value: undefined, findings: [{ file, path: [], got: undefined, expected: `a readable file (${code})` }] };
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
