import { InternalServerError, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { InternalFailureException, ServiceUnavailableException, ThrottlingException } from '@aws-sdk/client-iot';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { SFNServiceException } from '@aws-sdk/client-sfn';
import { RequestThrottled, SQSServiceException } from '@aws-sdk/client-sqs';
import type { Fault, Service } from './calls';
import type { Random } from './random';

const metadata = (httpStatusCode: number) => ({ $metadata: { httpStatusCode }, message: 'injected' });

const FAULTS: Readonly<Record<Service, readonly (() => Error)[]>> = {
  iot: [
    () => new ThrottlingException(metadata(400)),
    () => new InternalFailureException(metadata(500)),
    () => new ServiceUnavailableException(metadata(503)),
    () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' }),
  ],
  dynamodb: [
    () => new ProvisionedThroughputExceededException(metadata(400)),
    () => new InternalServerError(metadata(500)),
  ],
  s3: [
    () => new S3ServiceException({ name: 'SlowDown', $fault: 'client', ...metadata(503) }),
    () => new S3ServiceException({ name: 'InternalError', $fault: 'server', ...metadata(500) }),
  ],
  sfn: [
    () => new SFNServiceException({ name: 'ThrottlingException', $fault: 'client', ...metadata(400) }),
    () => new SFNServiceException({ name: 'InternalServerError', $fault: 'server', ...metadata(500) }),
  ],
  sqs: [
    () => new RequestThrottled(metadata(403)),
    () => new SQSServiceException({ name: 'ServiceUnavailable', $fault: 'server', ...metadata(503) }),
  ],
};

/** Errors of calls that were turned away. */
const THROTTLES = [ThrottlingException.name, ProvisionedThroughputExceededException.name, RequestThrottled.name, 'SlowDown'];

/** A throttle, a fault of the service, or an answer that is lost on the way back. */
export function drawFault(random: Random, service: Service): Fault {
  const error = random.pick(FAULTS[service])();
  const isThrottled = THROTTLES.includes(error.name);
  return { error, tookEffect: !isThrottled && random.chance(0.5) };
}
