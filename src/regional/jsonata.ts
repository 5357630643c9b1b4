/** No text in the expressions has their marks in it. */
const COMMENTS = /\/\*[^]*?\*\//g;

/**
 * An expression as the states language carries it.
 *
 * In one line: validators of the language take `{% … %}` only so, and no text in the expressions has line breaks of its own. Without its comments: they would be part
 * of every execution.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function jsonata(expression: string): string {
  return `{% ${expression.replace(COMMENTS, '').trim().replace(/\s*\n\s*/g, ' ')} %}`;
}
