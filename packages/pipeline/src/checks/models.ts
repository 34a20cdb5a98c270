import type { Finding } from '../definition-problem.js';
import { didYouMean } from '../did-you-mean.js';
import type { Feature } from '../feature.js';
import type { GoldenRow, ModelInput } from '../files/manifest.schema.js';
import { duplicates, PIPELINE_FILE, type DefinitionCheck, type DefinitionParts, type LoadedModel } from './check.js';

/** The champion exists, every manifest is of the file at its side, and every column is a feature of a type it can carry. */
export const checkModels: DefinitionCheck = (parts) => [
  ...checkChampion(parts),
  ...parts.models.flatMap((model) => checkModel(model, parts)),
];

function checkChampion({ model, models, areAllModelsRead }: DefinitionParts): Finding[] {
  const references = models.map(({ reference }) => reference);
  const again = models.filter(({ reference }, index) => references.indexOf(reference) < index);
  const findings: Finding[] = again.map(({ file, reference }) => ({
    file,
    path: ['version'],
    got: reference,
    expected: 'a name and version that no other manifest has',
  }));
  const got = model?.champion;
  if (got !== undefined && areAllModelsRead && !references.includes(got)) {
    const expected = references.length === 0 ? 'a model with a manifest in models/' : `one of ${references.join(', ')}`;
    findings.push({
      file: PIPELINE_FILE,
      path: ['model', 'champion'],
      got,
      expected,
      didYouMean: didYouMean(got, references),
    });
  }
  return findings;
}

function checkModel(model: LoadedModel, parts: DefinitionParts): Finding[] {
  const { manifest, file } = model;
  const allColumns = manifest.inputs.flatMap(({ columns }, input) =>
    columns.map((value, index) => ({ value, path: ['inputs', input, 'columns', index] })),
  );
  const inputs = manifest.inputs.map(({ name }, index) => ({ value: name, path: ['inputs', index, 'name'] }));
  return [
    ...checkArtifact(model, parts),
    ...duplicates(file, inputs),
    ...duplicates(file, allColumns),
    ...manifest.inputs.flatMap((input, index) => checkInput(input, { file, index, features: parts.features })),
    ...checkScore(model),
    ...manifest.golden.rows.flatMap((row, index) => checkGoldenRow(row, { file, index, inputs: manifest.inputs })),
  ];
}

function checkArtifact({ manifest, file, onnx }: LoadedModel, { profile: profileFile }: DefinitionParts): Finding[] {
  const { artifact, profile } = manifest;
  const findings: Finding[] = [];
  if (onnx === undefined) {
    findings.push({
      file,
      path: ['artifact', 'file'],
      got: artifact.file,
      expected: 'a readable file beside the manifest',
    });
  } else if (onnx.sha256 !== artifact.sha256) {
    const expected = `${onnx.sha256}, the SHA-256 of ${artifact.file}; was the file replaced without its manifest?`;
    findings.push({ file, path: ['artifact', 'sha256'], got: artifact.sha256, expected });
  } else if (onnx.bytes !== artifact.bytes) {
    findings.push({
      file,
      path: ['artifact', 'bytes'],
      got: artifact.bytes,
      expected: `${onnx.bytes}, the size of ${artifact.file}`,
    });
  }
  if (profileFile !== undefined && profile.sha256 !== profileFile.sha256) {
    findings.push({
      file,
      path: ['profile', 'sha256'],
      got: profile.sha256,
      expected: `${profileFile.sha256}, the SHA-256 of profile.json`,
    });
  }
  return findings;
}

function checkScore({ manifest, file }: LoadedModel): Finding[] {
  const { column, shape } = manifest.score;
  if (column < shape[1]) return [];
  return [{ file, path: ['score', 'column'], got: column, expected: `a column from 0 to ${shape[1] - 1}` }];
}

function checkInput(
  input: ModelInput,
  at: { file: string; index: number; features: readonly Feature[] | undefined },
): Finding[] {
  const { file, index } = at;
  const names = at.features?.map(({ name }) => name) ?? [];
  const findings: Finding[] = [];
  if (input.shape[1] !== input.columns.length) {
    findings.push({
      file,
      path: ['inputs', index, 'shape', 1],
      got: input.shape[1],
      expected: `${input.columns.length}, the number of columns`,
    });
  }
  if (at.features === undefined) return findings;
  const byName = new Map(at.features.map((feature) => [feature.name, feature]));
  input.columns.forEach((column, position) => {
    const path = ['inputs', index, 'columns', position];
    const feature = byName.get(column);
    if (feature === undefined) {
      findings.push({
        file,
        path,
        got: column,
        expected: `a feature of ${PIPELINE_FILE}`,
        didYouMean: didYouMean(column, names),
      });
    } else if (!carries(input.type, feature)) {
      findings.push({
        file,
        path,
        got: column,
        expected: `a feature that a ${input.type} tensor can carry, not ${describe(feature)}`,
      });
    }
  });
  return findings;
}

/** Only `float32` has a value for missing: NaN. */
function carries(type: ModelInput['type'], feature: Feature): boolean {
  if (type === 'float32') return feature.type === 'number';
  return !feature.nullable && feature.type === (type === 'string' ? 'string' : 'number');
}

const describe = ({ type, nullable }: Feature): string => `a ${nullable ? 'nullable ' : ''}${type}`;

function checkGoldenRow(row: GoldenRow, at: { file: string; index: number; inputs: readonly ModelInput[] }): Finding[] {
  const path = ['golden', 'rows', at.index, 'inputs'];
  return at.inputs.flatMap(({ name, type, columns }): Finding[] => {
    const values = row.inputs[name];
    if (values?.length !== columns.length) {
      return [{ file: at.file, path: [...path, name], got: values, expected: `a list of ${columns.length} values` }];
    }
    const expected = type === 'string' ? 'a text' : 'a number or null';
    const wrong = values.findIndex((value) =>
      type === 'string' ? typeof value !== 'string' : typeof value === 'string',
    );
    return wrong < 0 ? [] : [{ file: at.file, path: [...path, name, wrong], got: values[wrong], expected }];
  });
}
