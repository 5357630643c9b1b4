import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { decodeSignal, isTrusted, Signal, SignalKind, SignalReader } from '../../record/signal';

/**
 * The signal in an item, if it comes from the source and not from the future.
 *
 * Decoding depends only on the item: any failure means that the item is wrong, and one item must not block anything. The dead letter of the
 * stream's consumer contains the reason; the next signal replaces one from the future.
 */
export function signalIn(item: Readonly<Record<string, AttributeValue>>, kind: SignalKind, reader: SignalReader): Signal | undefined {
  const signal = decoded(item, kind);
  return signal && isTrusted(signal, reader) ? signal : undefined;
}

function decoded(item: Readonly<Record<string, AttributeValue>>, kind: SignalKind): Signal | undefined {
  try {
    return decodeSignal(kind, unmarshall(item));
  } catch {
    return undefined;
  }
}
