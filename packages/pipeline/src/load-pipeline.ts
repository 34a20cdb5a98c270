import { resolve } from 'node:path';
import { PIPELINE_FILE, type DefinitionParts } from './checks/check.js';
import { DEFINITION_CHECKS } from './checks/index.js';
import {
  CLEANING_RULES,
  cleaningRule,
  fieldsAfter,
  unreadableRule,
  type CleaningRuleConfig,
} from './cleaning/index.js';
import { PipelineDefinitionError, problemOf, type DefinitionProblem, type Finding } from './definition-problem.js';
import type { ModelArtifact, PipelineDefinition } from './definition.js';
import { didYouMean } from './did-you-mean.js';
import { schemaFields } from './event-schema.js';
import { readEventSchema, readModels, readPipelineFile, readProfile } from './files/definition-files.js';
import type { PipelineFile } from './files/pipeline-file.schema.js';
import { findingsOf } from './files/zod-findings.js';

/**
 * Reads a pipeline's folder: `pipeline.yaml`, `event.schema.json`, `models/*.manifest.json` with their ONNX files (digest
 * verified, not loaded) and `models/profile.json`. Rejects with a {@link PipelineDefinitionError} that has every problem.
 */
export async function loadPipeline(folder: string): Promise<PipelineDefinition> {
  const { definition, problems } = await inspect(resolve(folder));
  if (definition === undefined) throw new PipelineDefinitionError(folder, problems);
  return definition;
}

/** Everything that is wrong with the pipeline definition in this folder; empty where {@link loadPipeline} would read it. */
export async function checkPipeline(folder: string): Promise<readonly DefinitionProblem[]> {
  return (await inspect(resolve(folder))).problems;
}

interface Inspection {
  /** Undefined if and only if there are problems. */
  readonly definition: PipelineDefinition | undefined;
  readonly problems: readonly DefinitionProblem[];
}

async function inspect(folder: string): Promise<Inspection> {
  const [pipeline, schema, models, profile] = await Promise.all([
    readPipelineFile(folder),
    readEventSchema(folder),
    readModels(folder),
    readProfile(folder),
  ]);
  const { sections } = pipeline;
  const rules = readRules(sections.cleaning ?? []);
  const fields = schema.value === undefined ? undefined : schemaFields(schema.value);
  const parts: DefinitionParts = {
    event: sections.event,
    cleaning: sections.cleaning === undefined ? undefined : rules.value,
    features: sections.features?.map((feature) => ({ ...feature, field: feature.field ?? feature.name })),
    model: sections.model,
    decision: sections.decision,
    feedback: sections.feedback,
    retention: sections.retention,
    fields,
    cleanFields: sections.cleaning && fields && fieldsAfter(rules.value, fields),
    models: models.value ?? [],
    areAllModelsRead: models.findings.length === 0,
    profile: profile.value,
  };
  const findings = [
    ...[pipeline, schema, models, profile, rules].flatMap((read) => read.findings),
    ...DEFINITION_CHECKS.flatMap((check) => check(parts)),
  ];
  const line = ({ file, path }: Finding): number | undefined =>
    file === PIPELINE_FILE ? pipeline.yaml?.lineOf(path) : undefined;
  const problems = inOrderOfLines(findings.map((finding) => problemOf({ line: line(finding), ...finding })));
  if (problems.length > 0) return { definition: undefined, problems };
  // Without findings every section and every part is there.
  const whole = { ...parts, folder, file: sections, eventSchema: schema.value } as WholeDefinition;
  return { definition: definitionOf(whole), problems };
}

function readRules(entries: PipelineFile['cleaning']): {
  value: CleaningRuleConfig[];
  findings: Finding[];
} {
  const findings: Finding[] = [];
  const value = entries.map((entry, index) => {
    const rule = cleaningRule(entry.rule);
    const at = ['cleaning', index];
    if (rule === undefined) {
      const names = CLEANING_RULES.map(({ name }) => name);
      const hint = didYouMean(entry.rule, names);
      findings.push({
        file: PIPELINE_FILE,
        path: [...at, 'rule'],
        got: entry.rule,
        expected: `one of ${names.join(', ')}`,
        didYouMean: hint,
      });
      return unreadableRule(entry);
    }
    const parsed = rule.schema.safeParse(entry);
    if (parsed.success) return rule.configure(parsed.data);
    findings.push(...findingsOf(parsed.error, { file: PIPELINE_FILE, document: entry, schema: rule.schema, at }));
    return unreadableRule(entry);
  });
  return { value, findings };
}

/** Those of pipeline.yaml come first: only they have lines. */
function inOrderOfLines(problems: readonly DefinitionProblem[]): readonly DefinitionProblem[] {
  const lineOf = ({ line }: DefinitionProblem): number => line ?? Number.MAX_SAFE_INTEGER;
  return problems.toSorted((a, b) => lineOf(a) - lineOf(b));
}

type WholeDefinition = { readonly [Part in keyof DefinitionParts]-?: Exclude<DefinitionParts[Part], undefined> } & {
  readonly folder: string;
  readonly file: PipelineFile;
  readonly eventSchema: PipelineDefinition['eventSchema'];
};

function definitionOf({ folder, file, eventSchema, ...parts }: WholeDefinition): PipelineDefinition {
  const { name, version, description, partitions, feedback, monitoring, retention } = file;
  const { champion: reference, ...model } = parts.model;
  const { fallback, ...policy } = parts.decision;
  const artifacts = parts.models.map(({ path, manifest, reference: at }): ModelArtifact => ({
    reference: at,
    path,
    manifest,
  }));
  const models = new Map(artifacts.map((artifact) => [artifact.reference, artifact]));
  return {
    folder,
    name,
    version,
    description,
    partitions,
    eventSchema,
    monitoring,
    retention,
    model,
    models,
    event: parts.event,
    cleaning: parts.cleaning,
    features: parts.features,
    champion: models.get(reference) as ModelArtifact,
    profile: parts.profile.reference,
    decision: { ...policy, fallback: fallback ?? null },
    feedback: { ...feedback, labelSources: feedback.labelSources ?? null },
  };
}
