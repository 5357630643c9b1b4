import { CustomState, QueryLanguage } from 'aws-cdk-lib/aws-stepfunctions';

/** A task whose catchers continue with its input, which a CustomState can't express. */
export class TableTask extends CustomState {
  public toStateJson(queryLanguage?: QueryLanguage): object {
    const state = super.toStateJson(queryLanguage) as { readonly Catch?: readonly object[] };
    return { ...state, ...state.Catch ? { Catch: state.Catch.map((each) => ({ ...each, Output: '{% $states.input %}' })) } : {} };
  }
}
