import { InvalidParameterValueException, ResourceInUseException } from '@aws-sdk/client-lambda';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { MappingSettings } from '../../record/mapping-settings';
import { StreamMapping } from '../../runtime/stream-mapping';
import { unreadGap } from '../../status/handler/gaps';
import type { StatusWriter } from '../../status/handler/status-store';
import { SETTINGS_PROPERTY, ENABLED_PROPERTY } from '../stream-source-properties';

export interface StreamSourceContext {
  readonly mapping: StreamMapping;
  readonly status: StatusWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after that many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const PAUSE_MS = 2000;

/** How long a mapping may be busy with its last change, or the role's policy may still be propagating. */
const MAX_PAUSES = 60;

/**
 * Connects the replicator with the stream of the replica: creates, changes and deletes the event source mapping together with its stack.
 *
 * The replica may have been removed and put back since the last deployment. Then it needs another mapping, and the status reports the gap before that is created.
 *
 * @throws Error if the table has no replica in this Region; errors of the services' clients
 */
export function streamSourceHandler({ mapping, status, now, pause }: StreamSourceContext) {
  /** Retries while Lambda reports a temporary state. */
  const patiently = async (work: () => Promise<void>): Promise<void> => {
    for (let pauses = 0; ; pauses++) {
      try {
        return await work();
      } catch (error) {
        const passes = error instanceof ResourceInUseException || error instanceof InvalidParameterValueException;
        if (!passes || pauses === MAX_PAUSES) throw error;
        await pause(PAUSE_MS);
      }
    }
  };
  return async (event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> => {
    const settings = JSON.parse(event.ResourceProperties[SETTINGS_PROPERTY]) as MappingSettings;
    const isEnabled = event.ResourceProperties[ENABLED_PROPERTY] === 'true';
    const { streamArn, current, others } = await mapping.look(settings.FunctionName);
    const isDeletion = event.RequestType === 'Delete';
    if (!isDeletion) {
      if (streamArn === undefined) throw new Error('the table has no replica in this Region, expected an active one; deploy the stack of the source first');
      if (current) {
        await patiently(() => mapping.update(current, settings, isEnabled));
      } else {
        // Before the mapping: records applied through it must not hide that others are missing.
        if (event.RequestType === 'Update' || others.length > 0) await status.refresh({ destinationGap: unreadGap(now()) });
        await patiently(() => mapping.create(streamArn, settings, isEnabled));
      }
    }
    for (const each of isDeletion && current ? [current, ...others] : others) await patiently(() => mapping.delete(each));
    return { PhysicalResourceId: event.RequestType === 'Create' ? 'stream-source' : event.PhysicalResourceId };
  };
}
