import 'reflect-metadata';

type ModuleClass = abstract new (...args: never[]) => object;
type Imported = ModuleClass | { readonly module: ModuleClass };

/**
 * Kinds of the topics that the batch handlers of a Nest module read, those of the modules that it imports included; sorted, each
 * once. Read from what the decorators have noted: nothing is started.
 */
export function batchTopicsOf(module: ModuleClass): readonly string[] {
  const controllers = modulesIn(module).flatMap((one) => listOf(one, 'controllers') as ModuleClass[]);
  return [...new Set(controllers.flatMap(topicsOf))].toSorted();
}

function modulesIn(module: ModuleClass, seen: Set<ModuleClass> = new Set()): ModuleClass[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const imported = (listOf(module, 'imports') as Imported[]).map((one) => ('module' in one ? one.module : one));
  return [module, ...imported.flatMap((one) => modulesIn(one, seen))];
}

function topicsOf({ prototype }: ModuleClass): string[] {
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    return typeof method === 'function' ? (listOf(method, 'microservices:pattern') as string[]) : [];
  });
}

function listOf(target: object, key: string): readonly unknown[] {
  return (Reflect.getMetadata(key, target) as readonly unknown[] | undefined) ?? [];
}
