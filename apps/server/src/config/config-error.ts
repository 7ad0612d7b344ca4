// What is wrong with the configuration, in words.

/** A sentence for the person at the terminal; the process ends with exit code 2. Never holds a password. */
export class ConfigError extends Error {}
