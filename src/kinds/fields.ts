import type { Fields } from './kind';

/** The fields of attributes. An empty text is the same as none. */
export function attributeFields(attributes: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '').map(([name, value]) => [`attributes.${name}`, value]));
}

/** Without what has no value: a side that does not have a field leaves it out. */
export function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
