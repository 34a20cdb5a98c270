import { type DeploymentMessage, deploymentMessageSchema } from '@pitwall/contracts';
import { type InboundRecord, parseMessage } from '@pitwall/messaging';

/** What a record of the deployments topic did. */
export type Applied =
  | { readonly kind: 'wanted'; readonly deployment: DeploymentMessage }
  /** It changes nothing: an older revision, the same one again, or a key that was deleted. */
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Which deployment each pipeline is to have: the highest revision that the topic has shown. */
export class DeploymentTable {
  private readonly latest = new Map<string, DeploymentMessage>();

  deployments(): Iterable<DeploymentMessage> {
    return this.latest.values();
  }

  apply(record: InboundRecord): Applied {
    // A pipeline whose key is deleted keeps the model that it has: taking it away would stop its decisions.
    if (record.value === null) return { kind: 'ignored', why: 'the key was deleted' };
    const parsed = parseMessage(deploymentMessageSchema, record.value);
    if (!parsed.ok) return { kind: 'refused', why: parsed.dead.message };
    const deployment = parsed.value;
    if (record.key?.toString() !== deployment.pipeline) {
      return {
        kind: 'refused',
        why: `the key is ${record.key?.toString() ?? 'null'}, the value says ${deployment.pipeline}`,
      };
    }
    const known = this.latest.get(deployment.pipeline);
    if (known !== undefined && deployment.revision <= known.revision) {
      return { kind: 'ignored', why: `revision ${deployment.revision} does not replace revision ${known.revision}` };
    }
    this.latest.set(deployment.pipeline, deployment);
    return { kind: 'wanted', deployment };
  }
}
