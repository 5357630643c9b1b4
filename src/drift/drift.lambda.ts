import { driftStep } from './handler/drift-step';
import { driftDependenciesFromEnvironment } from './handler/services';
import { stepHandler } from '../comparison/handler/step-handler';

export const handler = stepHandler(driftStep(driftDependenciesFromEnvironment(process.env)));
