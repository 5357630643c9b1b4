import { sweepDependenciesFromEnvironment } from './clients';
import { sweepStep } from './sweep-step';

export const handler = sweepStep(sweepDependenciesFromEnvironment(process.env));
