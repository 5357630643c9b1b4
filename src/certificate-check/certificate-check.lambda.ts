import { certificateCheckStep } from './handler/check-step';
import { certificateCheckContextFromEnvironment } from './handler/services';
import { stepHandler } from '../comparison/handler/step-handler';

export const handler = stepHandler(certificateCheckStep(certificateCheckContextFromEnvironment(process.env)));
