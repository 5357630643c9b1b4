/**
 * The JSONata expression of the dead letter of an event that could not be persisted, for a state whose input is the error output
 * `{ Error, Cause }`: `{ class, error, reason, time, entity, event }`.
 *
 * `entity` repeats the names in the event, so that a letter can be read without knowing the kinds of events. `class` is one of the failure
 * classes that a destination's dead letters use as well.
 */
export function deadLetterBody(): string {
  return `(
    $event := $states.context.Execution.Input;
    $error := $states.input.Error;
    $string({
      'class': $contains($error, /Throttl|Throughput|TooManyRequests|RequestLimit|InternalServer|InternalError|ServiceUnavailable|SdkClient|Timeout/) ? 'throttled' : 'rejected',
      'error': $error,
      'reason': $states.input.Cause,
      'time': $now(),
      'entity': $type($event) = 'object' ? $sift($event, function($v, $k) { $k in ['eventType', 'operation', 'thingName', 'thingGroupName', 'thingTypeName', 'thingArn', 'groupArn'] }),
      'event': $event
    })
  )`;
}
