import type { History, Step } from './history';
import type { Random } from './random';

/**
 * What the documented alphabets hold that is something else to one of those on the way: JavaScript, JSON, JSONata, DynamoDB and its expressions, SQS,
 * keys of S3, metrics in logs, URLs, this library's own keys.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
 */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ALPHANUMERIC = `${LETTERS}${LETTERS.toUpperCase()}0123456789`;

const OF_JAVASCRIPT = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length', 'name', 'then', 'toJSON', '__defineGetter__', 'undefined', 'NaN', 'Infinity'];
const OF_JSON = ['null', 'true', 'false', '0', '-0', '1e3', '00012', '-1', '9007199254740993'];
const OF_DYNAMODB = ['S', 'N', 'M', 'L', 'NULL', 'BOOL', 'pk', 'sk', 'timestamp', 'state', 'deleted', 'expiresAt', 'aws:rep:updatetime', ':timestamp'];
const OF_OURS = ['thing', 'group', 'type', 'membership', 'signal', 'thing:group', 'walk', 'premise', 'attributes', 'dynamic', 'replaces'];
const OF_LOGS = ['_aws', 'CloudWatchMetrics', 'level', 'message', 'service'];
const OF_ARNS = ['arn:aws:iot', 'aws:', ':thing', ':thinggroup', 'a:b:c_d-e'];
const SHORT = ['-', ':', '_', '--', '::', 'a', 'A', 'z', 'Z'];

const SPECIAL = [...OF_JAVASCRIPT, ...OF_JSON, ...OF_DYNAMODB, ...OF_OURS, ...OF_LOGS, ...OF_ARNS, ...SHORT];
const OF_PATHS = ['.', '..', '../a', '/', '//', 'a/b', '/a/', '#', '#timestamp', 'a#b', 'thing#a', 'group#a', '@', ',', 'a,b', 'a.b', 'state.attributes', 'a@b', 'http://a/b#c', './'];
const OF_VALUES = ['=', 'a=b', '[]', '[a]', '[0]', '[', ']', '][', '==', 'a=b,c=d'];
const OF_TEXTS = [
  ' ', 'a  b ', '"', '\\', '\\"', '\'', '`', '{', '}', '{}', '{% $x %}', '{% 1/0 %}', '${y}', '$$.x', '$', '%', '%00', '%2F', '&amp;', '<b>', '</script>', '?a=b&c', '*', '/* a */', '// a', '--', '; DROP',
  'ä', 'Größe', 'é', '温度', 'صباح', '😀', '👩‍🚀', 'a\u00a0b', '\u200b', '{"a":1}', '[1,2]', 'null', 'constructor', '__proto__', 'a#b', '~', '!',
];

/** Words of one alphabet: some that are special, some of the least and the greatest length, some at random. */
class Words {
  constructor(private readonly alphabet: string, private readonly longest: number, private readonly special: readonly string[]) {}

  public draw(random: Random): string {
    if (random.chance(0.6)) return random.pick(this.special);
    const length = random.pick([1, 2, this.longest - 1, this.longest, 1 + random.below(this.longest)]);
    return Array.from({ length }, () => this.alphabet[random.below(this.alphabet.length)]).join('');
  }
}

function within(alphabet: string, words: readonly string[]): string[] {
  return words.filter((word) => [...word].every((letter) => alphabet.includes(letter)));
}

const NAMES = `${ALPHANUMERIC}:_-`;
const ATTRIBUTE_NAMES = `${ALPHANUMERIC}_.,@/:#-`;
const ATTRIBUTE_VALUES = `${ATTRIBUTE_NAMES}=[]`;
const POLICY_NAMES = `${ALPHANUMERIC}_+=,.@-`;
const USER_PROPERTY_KEYS = `${ALPHANUMERIC}:$.`;
/** All that can be seen, and a blank; letters beyond ASCII are in the special ones. */
const ASCII = Array.from({ length: 0x7F - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).join('');

const names = new Words(NAMES, 128, SPECIAL);
const attributeNames = new Words(ATTRIBUTE_NAMES, 128, [...SPECIAL, ...within(ATTRIBUTE_NAMES, OF_PATHS)]);
const attributeValues = new Words(ATTRIBUTE_VALUES, 800, [...SPECIAL, ...within(ATTRIBUTE_VALUES, [...OF_PATHS, ...OF_VALUES])]);
const userPropertyKeys = new Words(USER_PROPERTY_KEYS, 128, [...within(USER_PROPERTY_KEYS, SPECIAL), '$', '$$', '$1', '.', '..', 'a.b', ':$', '$.x', '.S', 'a$b']);
const policyNames = new Words(POLICY_NAMES, 128, [...within(POLICY_NAMES, [...SPECIAL, ...OF_PATHS, ...OF_VALUES]), '+', '=,.@-']);
const descriptions = new Words(ASCII, 2_028, OF_TEXTS);

/** Words in the place of the generator's, each of them another: different names stay different. */
class Dictionary {
  private readonly known = new Map<string, string>();
  private readonly taken = new Set<string>();

  constructor(private readonly words: Words, private readonly random: Random) {}

  public wordFor(plain: string): string {
    const known = this.known.get(plain);
    if (known !== undefined) return known;
    let word: string;
    do word = this.words.draw(this.random); while (this.taken.has(word));
    this.known.set(plain, word);
    this.taken.add(word);
    return word;
  }
}

/** What a generated name looks like; what is made by hand has others, which stay as they are. */
const GENERATED = /^[tgx]\d+$/;
const GENERATED_POLICY = /^p\d+$/;
const GROUP_ARN = /^(arn:.*:thinggroup\/)(.*)$/;

interface Properties {
  readonly thingGroupDescription?: string;
  readonly thingTypeDescription?: string;
  readonly attributePayload?: { readonly merge?: boolean; readonly attributes: Readonly<Record<string, string>> };
  readonly searchableAttributes?: readonly string[];
  readonly mqtt5Configuration?: { readonly propagatingAttributes: readonly { readonly userPropertyKey: string; readonly thingAttribute?: string; readonly connectionAttribute?: string }[] };
}

/** What the source's ids begin with, where they are no UUIDs: AWS documents the letters and the length of a group's. */
export function drawIdPrefix(random: Random): string | undefined {
  return random.pick([undefined, undefined, '', '-', '0', '1e', 'null', 'constructor', 'thing-', '-x'.repeat(56)]);
}

/** Histories with the names, attributes and texts that AWS's documentation allows, in the place of those of the generator. */
export class Vocabulary {
  private readonly names: Dictionary;
  private readonly attributeNames: Dictionary;
  private readonly attributeValues: Dictionary;
  private readonly userPropertyKeys: Dictionary;
  private readonly descriptions: Dictionary;
  private readonly policyNames: Dictionary;

  constructor(random: Random) {
    const dictionary = (words: Words) => new Dictionary(words, random.fork());
    this.names = dictionary(names);
    this.attributeNames = dictionary(attributeNames);
    this.attributeValues = dictionary(attributeValues);
    this.userPropertyKeys = dictionary(userPropertyKeys);
    this.descriptions = dictionary(descriptions);
    this.policyNames = dictionary(policyNames);
  }

  public of(history: History): History {
    return history.map((step) => this.step(step));
  }

  private step({ input, ...step }: Step): Step {
    const told = { ...input } as Record<string, unknown>;
    for (const field of ['thingName', 'thingGroupName', 'thingTypeName', 'parentGroupName']) {
      const name = told[field];
      if (typeof name === 'string' && GENERATED.test(name)) told[field] = this.names.wordFor(name);
    }
    if (typeof told.policyName === 'string' && GENERATED_POLICY.test(told.policyName)) told.policyName = this.policyNames.wordFor(told.policyName);
    const [, before, group] = (typeof told.target === 'string' && GROUP_ARN.exec(told.target)) || [];
    if (group !== undefined && GENERATED.test(group)) told.target = `${before}${this.names.wordFor(group)}`;
    if (told.attributePayload) Object.assign(told, this.properties({ attributePayload: told.attributePayload as Properties['attributePayload'] }));
    for (const field of ['thingGroupProperties', 'thingTypeProperties']) if (told[field]) told[field] = this.properties(told[field] as Properties);
    return { ...step, input: told };
  }

  private properties(properties: Properties): Properties {
    const { thingGroupDescription, thingTypeDescription, attributePayload, searchableAttributes, mqtt5Configuration } = properties;
    return {
      ...properties,
      ...thingGroupDescription ? { thingGroupDescription: this.descriptions.wordFor(thingGroupDescription) } : {},
      ...thingTypeDescription ? { thingTypeDescription: this.descriptions.wordFor(thingTypeDescription) } : {},
      ...attributePayload ? { attributePayload: { ...attributePayload, attributes: this.attributes(attributePayload.attributes) } } : {},
      ...searchableAttributes ? { searchableAttributes: searchableAttributes.map((each) => this.attributeNames.wordFor(each)) } : {},
      ...mqtt5Configuration ? {
        mqtt5Configuration: {
          propagatingAttributes: mqtt5Configuration.propagatingAttributes.map(({ userPropertyKey, thingAttribute, ...rest }) => ({
            ...rest,
            userPropertyKey: this.userPropertyKeys.wordFor(userPropertyKey),
            ...thingAttribute === undefined ? {} : { thingAttribute: this.attributeNames.wordFor(thingAttribute) },
          })),
        },
      } : {},
    };
  }

  /** An empty value removes, whatever the words. `__proto__` is a name like any other, which an assignment would not know. */
  private attributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [this.attributeNames.wordFor(name), value && this.attributeValues.wordFor(value)]));
  }
}
