import type { Fields } from './kind';

/** The fields of attributes. An empty string counts as absent. */
export function attributeFields(attributes: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '').map(([name, value]) => [`attributes.${name}`, value]));
}

/** Without undefined values: a side without a field omits it. */
export function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
