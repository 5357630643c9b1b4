import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { decodeSignal, isTrusted, Signal, SignalKind, SignalReader } from '../../record/signal';

/**
 * The signal in an item, if it is one of the source and not of the future.
 *
 * Decoding depends on the item alone: whatever it fails with, the item is wrong, and one item must not keep anything from being done. The dead letter of the
 * stream's consumer says what is wrong with it; one of the future is replaced by the next.
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
