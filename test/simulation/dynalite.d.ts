/** The parts of dynalite that can be used without its server. */
declare module 'dynalite/db' {
  export interface KeySchemaElement { readonly AttributeName: string; readonly KeyType: string }
  export interface TableDescription {
    readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
    readonly KeySchema: readonly KeySchemaElement[];
    readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: readonly KeySchemaElement[] }[];
  }
  interface Failure extends Error { readonly body: { readonly __type: string; readonly message: string } }

  export function validateItem(item: object, table: TableDescription): Failure | undefined;
  /** Looks at the condition that the validation of the request has parsed. */
  export function checkConditional(request: object, existing: object | undefined): Failure | null | undefined;
}

declare module 'dynalite/validations' {
  export function checkTypes(request: object, types: object): object;
  /** @returns what DynamoDB answers to expressions that it does not take: unknown syntax, reserved words, names and values that are missing or unused */
  export function validateExpressions(request: object): string | undefined;
  /** Throws what DynamoDB answers; leaves the parsed condition in the request. */
  export function checkValidations(request: object, types: object, custom: unknown, store: { readonly options: { readonly maxItemSize: number } }): void;
}

declare module 'dynalite/validations/putItem' {
  export const types: object;
  export const custom: unknown;
}

declare module 'dynalite/validations/updateItem' {
  export const types: object;
  export const custom: unknown;
}
