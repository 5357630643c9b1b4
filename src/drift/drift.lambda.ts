import { driftDependenciesFromEnvironment } from './clients';
import { driftStep } from './drift-step';
import { stepHandler } from '../convergence/step-handler';

export const handler = stepHandler(driftStep(driftDependenciesFromEnvironment(process.env)));
