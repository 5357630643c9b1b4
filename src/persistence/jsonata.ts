/**
 * An expression as the states language carries it.
 *
 * In one line: validators of the language take `{% … %}` only so, and no text in the expressions has line breaks of its own.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function jsonata(expression: string): string {
  return `{% ${expression.trim().replace(/\s*\n\s*/g, ' ')} %}`;
}
