/** What of a running service its routes are read from. */
export interface RoutedService {
  readonly url: string;
  readonly started: Promise<{
    getHttpAdapter(): { getInstance(): { printRoutes(options: { readonly commonPrefix: boolean }): string } };
  }>;
}

/** Routes such as `GET /v1/pipelines/{pipeline}/windows`, sorted. */
export interface ServiceRoutes {
  /** Of the service's own controllers, and of the server in front of them what its document names. */
  readonly served: readonly string[];
  /** Of its `/openapi.json`. */
  readonly documented: readonly string[];
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The routes that a running service answers, and those that its OpenAPI document names: to be compared. */
export async function routesOf({ url, started }: RoutedService): Promise<ServiceRoutes> {
  const tree = (await started).getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument;
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const own = routesIn(tree);
  const ofFront = await Promise.all(
    documented
      .filter((route) => !own.includes(route))
      .map(async (route) => ((await fetch(`${url}${route.split(' ')[1]}`)).status === 404 ? [] : [route])),
  );
  return { served: [...own, ...ofFront.flat()].toSorted(), documented: documented.toSorted() };
}

const INDENT = 4;

/** Reads Fastify's tree of routes: a line is a piece of a path, with its methods where a route ends. */
export function routesIn(tree: string): string[] {
  const pieces: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([^)]+)\))?/.exec(line);
    if (match === null) return [];
    const [, indent = '', piece = '', methods] = match;
    pieces.length = indent.length / INDENT;
    pieces.push(piece);
    const path = pieces.join('').replaceAll(/:(\w+)/g, '{$1}');
    // Fastify answers HEAD by itself wherever there is a GET.
    return (methods?.split(', ') ?? []).filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`);
  });
}
