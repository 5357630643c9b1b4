import { jsonata } from '../../src/regional/jsonata';
import { replicate, resourcesOf, source } from '../apps';

test('an expression is one line, without its comments', () => {
  expect(jsonata(`
    (
      /* why
         it is so */
      $a := 1; /* and that */ $b := 'x';
      $a
    )`)).toBe("{% ( $a := 1;  $b := 'x'; $a ) %}");
});

test('no workflow of the source has a comment in it', () => {
  const workflows = resourcesOf(source(replicate({ namePrefixes: { things: ['a-'] }, confirmDeletions: true })).toJSON(), 'AWS::StepFunctions::StateMachine');
  expect(workflows.length).toBeGreaterThanOrEqual(3);
  for (const { Properties } of workflows) expect(JSON.stringify(Properties.DefinitionString)).not.toMatch(/\/\* | \*\//);
});
