import { driftDependenciesFromEnvironment } from './clients';
import { driftStep } from './drift-step';

export const handler = driftStep(driftDependenciesFromEnvironment(process.env));
