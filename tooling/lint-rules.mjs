/** The rules of STYLE.md that no published lint rule knows; `.oxlintrc.json` turns them on. */
import { basename } from 'node:path';

const FILE_KIND =
  /^(?:module|controller|consumer|service|repository|entity|schema|filter|guard|strategy|migration|process|errors|config|(?:int\.|e2e\.)?spec)$/;

const EMPTY_NAME = /(?:Manager|Helpers?|Utils?|Impl)$|^I[A-Z][a-z]/;

/** @typedef {{ report(finding: { node: object, message: string }): void, filename: string, sourceCode: { getCommentsBefore(node: object): { type: string, value: string }[] } }} Context */

/** @typedef {{ type: string, left?: Parameter, right?: { value?: unknown }, parameter?: Parameter, typeAnnotation?: { typeAnnotation: { type: string } } }} Parameter */

const fileKind = {
  /** @param {Context} context */
  create: (context) => ({
    Program: (/** @type {object} */ node) => {
      const [, ...kind] = basename(context.filename).replace(/^\./, '').split('.').slice(0, -1);
      if (kind.length === 0 || FILE_KIND.test(kind.join('.'))) return;
      const message = `Got "${kind.join('.')}" as the kind of this file; expected <noun>.<kind>.ts with a kind of STYLE.md, or no kind for pure code.`;
      context.report({ node, message });
    },
  }),
};

/** @typedef {{ id?: { name: string } | null, implements?: { expression: { name?: string } }[] }} Named */

/** A class that implements a foreign interface may take that one's last word along. @param {Named} node */
const isNamedAfterInterface = ({ id, implements: interfaces = [] }) =>
  interfaces.some(({ expression: { name } }) => name !== undefined && id?.name.endsWith(name));

const meaningfulName = {
  /** @param {Context} context */
  create: (context) => {
    const check = (/** @type {Named & object} */ node) => {
      if (!node.id || !EMPTY_NAME.test(node.id.name) || isNamedAfterInterface(node)) return;
      const message = `"${node.id.name}": say what it is or does; no Manager, Helper, Util, Impl, no I before an interface (STYLE.md).`;
      context.report({ node, message });
    };
    return {
      ClassDeclaration: check,
      TSInterfaceDeclaration: check,
      TSTypeAliasDeclaration: check,
    };
  },
};

const noEnum = {
  /** @param {Context} context */
  create: (context) => ({
    TSEnumDeclaration: (/** @type {object} */ node) =>
      context.report({
        node,
        message: 'Use a const array and the union of its members instead of an enum (STYLE.md).',
      }),
  }),
};

/** @param {Parameter} parameter @returns {boolean} */
const isBoolean = (parameter) => {
  if (parameter.type === 'TSParameterProperty' && parameter.parameter) return isBoolean(parameter.parameter);
  if (parameter.type === 'AssignmentPattern' && parameter.left) {
    return typeof parameter.right?.value === 'boolean' || isBoolean(parameter.left);
  }
  return parameter.typeAnnotation?.typeAnnotation.type === 'TSBooleanKeyword';
};

const noBooleanParameter = {
  /** @param {Context} context */
  create: (context) => {
    const check = (/** @type {{ params: Parameter[] }} */ { params }) => {
      for (const node of params.filter(isBoolean)) {
        const message =
          'A boolean parameter says nothing where it is called: write two functions, or a named option (STYLE.md).';
        context.report({ node, message });
      }
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

/** @typedef {{ type: string, typeAnnotation?: { type: string, typeName?: { right?: { name: string } } } }} Declaration */

/** `type X = z.infer<typeof xSchema>`: what there is to say is said on the schema. @param {Declaration} declaration */
const isInferred = ({ type, typeAnnotation }) =>
  type === 'TSTypeAliasDeclaration' && typeAnnotation?.typeName?.right?.name === 'infer';

const documentedExport = {
  /** @param {Context} context */
  create: (context) => ({
    ExportNamedDeclaration: (/** @type {{ declaration?: Declaration | null }} */ node) => {
      if (!node.declaration || isInferred(node.declaration)) return;
      const isDocumented = context.sourceCode
        .getCommentsBefore(node)
        .some(({ type, value }) => type === 'Block' && value.startsWith('*'));
      const message = 'An export of a package has a doc comment: what it is, units, edge cases, errors (STYLE.md).';
      if (!isDocumented) context.report({ node, message });
    },
  }),
};

export default {
  meta: { name: 'pitwall' },
  rules: {
    'file-kind': fileKind,
    'meaningful-name': meaningfulName,
    'no-enum': noEnum,
    'no-boolean-parameter': noBooleanParameter,
    'documented-export': documentedExport,
  },
};
