import { certificateCheckStep, directSteps } from './handler/check-step';
import { directCheckOr } from './handler/direct-check';
import { certificateCheckContextFromEnvironment } from './handler/services';
import { stepHandler } from '../comparison/handler/step-handler';

const context = certificateCheckContextFromEnvironment(process.env);

export const handler = stepHandler(directCheckOr(certificateCheckStep(context), context, directSteps(context)));
