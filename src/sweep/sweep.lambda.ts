import { sweepContextFromEnvironment } from './handler/services';
import { sweepStep } from './handler/sweep-step';
import { stepHandler } from '../comparison/handler/step-handler';

export const handler = stepHandler(sweepStep(sweepContextFromEnvironment(process.env)));
