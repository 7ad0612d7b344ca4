// What the tests take from server-process.mjs.

/** The file of the built server. */
export const SERVER: string
export function serverEnvironment(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv
