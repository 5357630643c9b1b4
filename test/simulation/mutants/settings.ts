import { unitTest, type Killer, type Mutant } from './mutant';

const propNames = 'src/settings/prop-names.ts';
const identities = 'src/settings/identities.ts';

const validation = 'src/settings/validation.ts';
const schedule = 'src/settings/schedule.ts';

const refused = (testName: string): Killer => unitTest('settings/validation', testName);
const ofIdentities = (testName: string): Killer => unitTest('settings/identities', testName);
const nag = (testName: string): Killer => unitTest('compliance/nag', testName);
const names = (testName: string): Killer => unitTest('settings/prop-names', testName);

/** What is refused at synthesis. */
export const settingsMutants: readonly Mutant[] = [
  {
    name: 'nobody is warned that policies of groups do not count',
    rule: 'identities without groups and memberships are warned of',
    file: 'src/settings/warnings.ts',
    find: 'if (identities && ofGroups.length > 0) {',
    replace: 'if (identities && ofGroups.length > 2) {',
    killedBy: unitTest('settings/warnings', 'so that policies of groups do not count'),
  },
  {
    name: 'a pattern passes for a domain name',
    rule: 'a domain name has no wildcards: a pattern could allow more in the destination',
    file: identities,
    find: 'if (isText(name, DOMAIN_NAME)) continue;',
    replace: 'if (isText(name, DOMAIN_NAME) || isText(name, /[*?]/)) continue;',
    killedBy: ofIdentities('fails with the pattern * for a domain name'),
  },
  {
    name: 'domain names that differ in case only pass',
    rule: 'a condition may ignore the case of a domain name',
    file: identities,
    find: 'names.map((name) => name.toLowerCase())',
    replace: 'names.map((name) => name)',
    killedBy: ofIdentities('fails with one domain name for two in another case'),
  },
  {
    name: 'one domain name of the source passes twice, in another case',
    rule: 'a condition may ignore the case of a domain name',
    file: identities,
    find: 'const twin = repeatedIn(Object.keys(names));',
    replace: 'const twin = undefined as string | undefined;',
    killedBy: ofIdentities('fails with two for one domain name in another case'),
  },
  {
    name: 'a token is taken for the options that it stands for',
    rule: 'options that are not known at synthesis are said to be a token',
    file: propNames,
    find: ' || isToken) {',
    replace: ') {',
    killedBy: ofIdentities('fails with a token for the options'),
  },
  {
    name: 'a prop of any name passes',
    rule: 'a name that no struct has is an error',
    file: propNames,
    find: 'if (names.includes(name) || value === undefined) continue;',
    replace: 'continue;',
    killedBy: names('a prop that is misspelt fails, with the nearest name'),
  },
  {
    name: 'an inherited prop of any name passes',
    rule: 'a name that no struct has is an error, inherited or not',
    file: propNames,
    find: 'for (const name in given) {',
    replace: 'for (const name of Object.keys(given)) {',
    killedBy: names('in what was inherited too'),
  },
  {
    name: 'a destination without AWS IoT Core passes',
    rule: 'a Region without AWS IoT Core is an error',
    file: validation,
    find: "  for (const region of destinationRegions) expectIotCore('destinationRegions', region);\n",
    replace: '',
    killedBy: refused('fails with a destination without AWS IoT Core'),
  },
  {
    name: 'a source without AWS IoT Core passes',
    rule: 'a Region without AWS IoT Core is an error',
    file: validation,
    find: "  expectIotCore('sourceRegion', sourceRegion);\n",
    replace: '',
    killedBy: refused('fails with a source without AWS IoT Core'),
  },
  {
    name: 'a Region that has AWS IoT Core by now does not pass',
    rule: 'the list ages, and can be added to',
    file: validation,
    find: 'if (hasIotCore(region) || regionsWithIotCore.includes(region)) return;',
    replace: 'if (hasIotCore(region)) return;',
    killedBy: refused('takes a source that is said to have AWS IoT Core by now'),
  },
  {
    name: 'a name of which S3 makes no bucket passes',
    rule: 'what S3 keeps for itself is an error',
    file: validation,
    find: 'if (taken !== undefined) {',
    replace: 'if (taken === replicationName) {',
    killedBy: refused('fails when S3 keeps the names of buckets for itself'),
  },
  {
    name: 'both days of a cron expression may be anything',
    rule: 'exactly one of the two days is a question mark',
    file: schedule,
    find: "    && (fields[DAY_OF_MONTH] === '?') !== (fields[DAY_OF_WEEK] === '?');",
    replace: ';',
    killedBy: refused('fails with cron(0 3 * * * *)'),
  },
  {
    name: 'whatever is in a policy is explained',
    rule: 'what somebody adds to a role is reported',
    file: 'src/compliance/acknowledgements.ts',
    find: '.filter((wildcard) => finding.test(wildcard))',
    replace: '',
    killedBy: nag('what somebody adds to a role is reported'),
  },
  {
    name: 'cdk-nag gets no reason',
    rule: 'what is not met is acknowledged by the construct',
    file: 'src/iot-registry-replication.ts',
    find: '    if (settings.acknowledgeNagRules) acknowledgeRules(this);\n',
    replace: '',
    killedBy: nag('of a typical app, cdk-nag reports nothing'),
  },
  {
    name: 'cdk-nag gets reasons whatever the prop says',
    rule: 'the acknowledgements can be switched off',
    file: 'src/iot-registry-replication.ts',
    find: 'if (settings.acknowledgeNagRules) ',
    replace: '',
    killedBy: nag('without the acknowledgements it reports each of them'),
  },
  {
    name: 'comments are executed',
    rule: 'expressions have no comments once they are in a workflow',
    file: 'src/regional/jsonata.ts',
    find: ".replace(COMMENTS, '')",
    replace: '',
    killedBy: unitTest('regional/jsonata', 'an expression is one line, without its comments'),
  },
  {
    name: 'an empty enclosing stack fails',
    rule: 'the enclosing stack may hold nothing',
    file: 'src/iot-registry-replication.ts',
    find: '    if (source !== this) acknowledgeEmptiness(Stack.of(this));\n',
    replace: '',
    killedBy: unitTest('placement', 'the enclosing stack that holds nothing says so'),
  },
  {
    name: 'a rate may be of nothing',
    rule: 'a rate has a whole number above 0',
    file: schedule,
    find: '/^rate\\([1-9]\\d* (minute|hour|day)s?\\)$/',
    replace: '/^rate\\(\\d+ (minute|hour|day)s?\\)$/',
    killedBy: refused('fails with rate(0 days)'),
  },
];
