import { DescribeEventConfigurationsCommand, IoTClient, UpdateEventConfigurationsCommand } from '@aws-sdk/client-iot';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { switchOn } from './handler/merge';
import { EVENT_TYPES_PROPERTY } from './properties';

const iot = new IoTClient({});

/**
 * Switches registry events on. Deleting the resource switches nothing off: the setting belongs to the account, and other programs may
 * rely on it.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateEventConfigurations.html
 */
export async function handler(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  if (event.RequestType !== 'Delete') {
    const { eventConfigurations = {} } = await iot.send(new DescribeEventConfigurationsCommand({}));
    const update = switchOn(event.ResourceProperties[EVENT_TYPES_PROPERTY], eventConfigurations);
    if (update) await iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations: update }));
  }
  return { PhysicalResourceId: event.RequestType === 'Create' ? 'registry-events' : event.PhysicalResourceId };
}
