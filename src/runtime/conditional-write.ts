import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/**
 * Whether the condition of a write held. If not, somebody else has changed the item since it was read.
 *
 * @throws whatever else the write throws
 */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
