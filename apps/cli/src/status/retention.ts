import { type RetentionView, retentionViewSchema } from '@pitwall/contracts';
import { getJson } from '../connection/http.js';

/** How long what is kept of a pipeline, as the services that answer say. */
export interface Retention {
  readonly duplicatesRecognisedDays: number;
  readonly families: readonly (RetentionView['families'][number] & { readonly service: string })[];
}

const OK = 200;

/** Asks those that keep something; null where nobody of them answers or knows the pipeline. */
export async function readRetention(
  urls: Readonly<Record<string, string | null>>,
  pipeline: string,
  signal: AbortSignal,
): Promise<Retention | null> {
  const asked = Object.entries(urls).map(async ([service, url]) => ({
    service,
    view: await ask(url, pipeline, signal),
  }));
  const answers = (await Promise.all(asked)).flatMap(({ service, view }) => (view === null ? [] : [{ service, view }]));
  const [first] = answers;
  if (first === undefined) return null;
  return {
    duplicatesRecognisedDays: Math.min(...answers.map(({ view }) => view.duplicatesRecognisedDays)),
    families: answers.flatMap(({ service, view }) => view.families.map((family) => ({ service, ...family }))),
  };
}

async function ask(url: string | null, pipeline: string, signal: AbortSignal): Promise<RetentionView | null> {
  if (url === null) return null;
  try {
    const answer = await getJson(`${url}/v1/pipelines/${encodeURIComponent(pipeline)}/retention`, signal);
    const view = answer.status === OK ? retentionViewSchema.safeParse(answer.body) : null;
    return view?.success === true ? view.data : null;
  } catch {
    // Whether the service answers is said where the services are; here its part is left out.
    return null;
  }
}
