import { PIPELINE_FILE, type DefinitionCheck } from './check.js';
import { unknownField } from './event-fields.js';

/** Every rule touches fields of the event, and can do with them what it says. */
export const checkCleaning: DefinitionCheck = ({ cleaning = [], fields, features, profile }) =>
  cleaning.flatMap((rule, index) => {
    if (rule === undefined || fields === undefined) return [];
    const at = (path: readonly PropertyKey[]): PropertyKey[] => ['cleaning', index, ...path];
    const unknown = rule.fields.flatMap(({ field, path }) => unknownField(field, at(path), fields));
    if (unknown.length > 0 || features === undefined || profile === undefined) return unknown;
    const context = { fields, features, profile: profile.reference };
    return rule.check(context).map((finding) => ({ ...finding, file: PIPELINE_FILE, path: at(finding.path) }));
  });
