/** Parts of the names of transient errors. */
const PASSING = 'Throttl|Throughput|TooManyRequests|RequestLimit|InternalServer|InternalError|ServiceUnavailable';

/**
 * The JSONata expression of the dead letter of an event that could not be persisted, for a state whose input is the error output
 * `{ Error, Cause }`: `{ class, error, reason, time, entity, event }`.
 *
 * `entity` repeats the names in the event, so that a letter can be read without knowing the kinds of events. `class` is one of the failure
 * classes that a destination's dead letters use as well. Errors of DynamoDB for which the SDK of Step Functions has no exception are called
 * `DynamoDB.AmazonDynamoDBException`; their code and status are at the end of the cause, after a message that can contain names.
 */
export function deadLetterBody(): string {
  return `(
    $event := $states.context.Execution.Input;
    $error := $states.input.Error;
    $string({
      'class': $contains($error, /${PASSING}|SdkClient|Timeout/)
        or $contains($states.input.Cause, /Status Code: (5[0-9]+; Error Code: [A-Za-z]*|[0-9]+; Error Code: [A-Za-z]*(${PASSING})[A-Za-z]*); Request ID: [^;]*; Proxy: [^;]*$/)
        ? 'throttled' : 'rejected',
      'error': $error,
      'reason': $states.input.Cause,
      'time': $now(),
      'entity': $type($event) = 'object' ? $merge([
        $sift($event, function($v, $k) { $k in ['eventType', 'operation', 'kind', 'thingName', 'thingGroupName', 'thingTypeName', 'thingArn', 'groupArn'] }),
        $type($event.record) = 'object' ? $sift($event.record, function($v, $k) { $k in ['pk', 'sk'] })
      ]),
      'event': $event
    })
  )`;
}
