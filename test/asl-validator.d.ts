declare module 'asl-validator' {
  /** Checks a state machine's definition against the schema of the states language. */
  export default function validate(definition: object): { isValid: boolean; errors: { 'Error code': string; Message: string }[] };
}
