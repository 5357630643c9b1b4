/** The object that says what the last sweep left. No lifecycle rule takes it away: sweeps may be weeks apart. */
export const LEFT_KEY = 'latest/left.json';
