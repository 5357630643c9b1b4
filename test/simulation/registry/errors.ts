import {
  CertificateConflictException, CertificateStateException, CertificateValidationException, DeleteConflictException, InternalFailureException,
  InvalidRequestException, IoTServiceException, LimitExceededException, MalformedPolicyException, RegistrationCodeValidationException,
  ResourceAlreadyExistsException, ResourceNotFoundException, ServiceUnavailableException, ThrottlingException, UnauthorizedException,
  VersionConflictException, VersionsLimitExceededException,
} from '@aws-sdk/client-iot';

/** The service's errors, with the status code that the service model gives each. */
export const failure = {
  InvalidRequest: (message: string) => new InvalidRequestException({ message, $metadata: metadata(400) }),
  /** The model gives throttling the status 400, not 429. */
  Throttling: (message = 'Rate exceeded') => new ThrottlingException({ message, $metadata: metadata(400) }),
  ResourceNotFound: (message: string) => new ResourceNotFoundException({ message, $metadata: metadata(404) }),
  ResourceAlreadyExists: (message: string, resourceId?: string, resourceArn?: string) =>
    new ResourceAlreadyExistsException({ message, resourceId, resourceArn, $metadata: metadata(409) }),
  VersionConflict: (message: string) => new VersionConflictException({ message, $metadata: metadata(409) }),
  LimitExceeded: (message: string) => new LimitExceededException({ message, $metadata: metadata(410) }),
  CertificateState: (message: string) => new CertificateStateException({ message, $metadata: metadata(406) }),
  CertificateConflict: (message: string) => new CertificateConflictException({ message, $metadata: metadata(409) }),
  CertificateValidation: (message: string) => new CertificateValidationException({ message, $metadata: metadata(400) }),
  RegistrationCodeValidation: (message: string) => new RegistrationCodeValidationException({ message, $metadata: metadata(400) }),
  DeleteConflict: (message: string) => new DeleteConflictException({ message, $metadata: metadata(409) }),
  MalformedPolicy: (message: string) => new MalformedPolicyException({ message, $metadata: metadata(400) }),
  VersionsLimitExceeded: (message: string) => new VersionsLimitExceededException({ message, $metadata: metadata(409) }),
  Unauthorized: (message: string) => new UnauthorizedException({ message, $metadata: metadata(401) }),
  InternalFailure: (message = 'Internal Failure') => new InternalFailureException({ message, $metadata: metadata(500) }),
  ServiceUnavailable: (message = 'Service Unavailable') => new ServiceUnavailableException({ message, $metadata: metadata(503) }),
};

/** The names that switches of facts use for errors. */
export type FailureName = 'InvalidRequest' | 'ResourceNotFound' | 'ResourceAlreadyExists' | 'LimitExceeded'
| 'CertificateState' | 'CertificateValidation' | 'DeleteConflict' | 'MalformedPolicy';

/** Throws the error that a fact names, unless it says that the call succeeds. */
export function failUnlessOk(outcome: 'ok' | FailureName, message: string): void {
  if (outcome !== 'ok') throw named(outcome, message);
}

export function named(name: FailureName, message: string): IoTServiceException {
  return failure[name](message);
}

function metadata(httpStatusCode: number) {
  return { httpStatusCode, attempts: 1, totalRetryDelay: 0 };
}
