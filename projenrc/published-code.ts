/**
 * What runs in Lambda, relative to `lib`. The bundles have it, so that it is not published a second time, and the package's users have not installed what it imports.
 * The rules of `.dependency-cruiser.js` keep everything else from importing it.
 */
export const HANDLER_CODE = ['**/handler/**', 'runtime/**', '**/*.lambda.*'];
