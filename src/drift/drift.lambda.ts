import { driftStep } from './handler/drift-step';
import { driftContextFromEnvironment } from './handler/services';
import { stepHandler } from '../comparison/handler/step-handler';

export const handler = stepHandler(driftStep(driftContextFromEnvironment(process.env)));
