import { regression, unitTest, type Mutant } from './mutant';

const file = 'src/record/guard.ts';

/** Rules of the guard. */
export const guardMutants: readonly Mutant[] = [
  {
    name: 'a deletion needs a higher version',
    rule: 'a DELETED event carries the last version number',
    file,
    find: "      `(${sameIncarnation} AND ${DELETED} = ${v.FALSE})`,\n      `(${otherIncarnation} AND ${older})`,\n    ].join(' OR '),\n    names,\n    values: [v.INCARNATION, v.TIMESTAMP, v.FALSE],",
    replace: "      `(${sameIncarnation} AND ${VERSION} < ${v.VERSION} AND ${DELETED} = ${v.FALSE})`,\n      `(${otherIncarnation} AND ${older})`,\n    ].join(' OR '),\n    names,\n    values: [v.INCARNATION, v.VERSION, v.TIMESTAMP, v.FALSE],",
    killedBy: unitTest('record/guard', 'a deletion, which carries the last version number'),
  },
  {
    name: 'a tie between incarnations is refused',
    rule: 'in a tie the deletion came first',
    file,
    find: '`(${otherIncarnation} AND ${DELETED} = ${v.TRUE} AND (${older} OR ${sameMoment}))`',
    replace: '`(${otherIncarnation} AND ${DELETED} = ${v.TRUE} AND ${older})`',
    killedBy: unitTest('record/guard', 're-creation in the millisecond of the deletion'),
  },
  {
    name: 'a tombstone wins a tie between incarnations',
    rule: 'in a tie the deletion came first',
    file,
    find: "      `(${otherIncarnation} AND ${older})`,\n    ].join(' OR '),",
    replace: "      `(${otherIncarnation} AND (${older} OR ${sameMoment}))`,\n    ].join(' OR '),",
    killedBy: regression('a thing that is re-created in the millisecond of its deletion'),
  },
  {
    name: 'any other version is accepted',
    rule: 'the newer version of an incarnation wins',
    file,
    find: '(${VERSION} < ${v.VERSION} OR',
    replace: '(${VERSION} <> ${v.VERSION} OR',
    killedBy: regression('an older version of the same incarnation'),
  },
  {
    name: 'time does not order equal versions',
    rule: 'the events of a type have no version of their own',
    file,
    find: ' OR (${VERSION} = ${v.VERSION} AND ${older})',
    replace: '',
    // The workflow looks at what is stored when the condition refuses, so that no history ends otherwise without this.
    killedBy: unitTest('record/guard', 'the same version, later (types)'),
  },
  {
    name: 'an older incarnation is accepted',
    rule: 'a late event of an old incarnation changes nothing',
    file,
    find: 'const older = `#timestamp < ${v.TIMESTAMP}`;',
    replace: 'const older = `#timestamp <> ${v.TIMESTAMP}`;',
    killedBy: regression('a late event of an older incarnation'),
  },
  {
    name: 'a tombstone does not end its incarnation',
    rule: 'no event of an incarnation is accepted after its deletion',
    file,
    find: '`(${sameIncarnation} AND ${DELETED} = ${v.FALSE} AND attribute_not_exists(${REPLACES}) AND (${VERSION} < ${v.VERSION} OR',
    replace: '`(${sameIncarnation} AND (${DELETED} = ${v.FALSE} OR ${DELETED} = ${v.TRUE}) AND attribute_not_exists(${REPLACES}) AND (${VERSION} <= ${v.VERSION} OR',
    killedBy: regression('a tombstone of an incarnation ends it'),
  },
  {
    name: 'an ADDED does not win a tie',
    rule: 'an ADDED of the same operation or between other ends is the later one',
    file: 'src/record/guard.ts',
    find: " OR ${isOfOthers}))`,\n      ].join(' OR '),\n      names,\n      values: [v.TIMESTAMP, v.TRUE, v.EVENT_ID, ...ownerAttributes.map((attribute): OwnerValue => `:${attribute}`)],",
    replace: "))`,\n      ].join(' OR '),\n      names,\n      values: [v.TIMESTAMP, v.TRUE, v.EVENT_ID],",
    killedBy: regression('an ADDED between other ends wins'),
  },
  {
    name: 'a membership is replaced by whatever comes',
    rule: 'only time orders the toggles of a membership',
    file,
    find: "    condition: [nothingStored, older].join(' OR '),",
    replace: "    condition: [nothingStored, older, `#timestamp > ${v.TIMESTAMP}`].join(' OR '),",
    killedBy: regression('the newest toggle of a membership wins'),
  },
];
