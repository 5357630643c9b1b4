/** The object with what the last sweep deferred. No lifecycle rule deletes it: sweeps may be weeks apart. */
export const LEFT_KEY = 'latest/left.json';
