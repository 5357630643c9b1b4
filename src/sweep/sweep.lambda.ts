import { sweepDependenciesFromEnvironment } from './clients';
import { sweepStep } from './sweep-step';
import { stepHandler } from '../convergence/step-handler';

export const handler = stepHandler(sweepStep(sweepDependenciesFromEnvironment(process.env)));
