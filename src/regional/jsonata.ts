/** No string in the expressions contains comment marks. */
const COMMENTS = /\/\*[^]*?\*\//g;

/**
 * An expression in the form of the states language.
 *
 * In one line: validators of the language accept `{% … %}` only in this form, and no string in the expressions contains line breaks. Without comments: they would be part
 * of every execution.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function jsonata(expression: string): string {
  return `{% ${expression.replace(COMMENTS, '').trim().replace(/\s*\n\s*/g, ' ')} %}`;
}
