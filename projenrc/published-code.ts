/**
 * Code that runs in Lambda or as the command line, relative to `lib`. The bundles contain it, so it is not published a second time; users have not installed the packages
 * that it imports. The rules of `.dependency-cruiser.js` keep everything else from importing it.
 */
export const BUNDLED_CODE = ['**/handler/**', 'runtime/**', '**/*.lambda.*', 'cli/**'];
