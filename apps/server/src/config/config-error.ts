// An invalid configuration, explained in words.

/** A sentence for the terminal; the process exits with code 2. Never contains a password. */
export class ConfigError extends Error {}
