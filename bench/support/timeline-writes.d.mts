// What the tests take from timeline-writes.mjs.

export function timelineWrites(size: { writes: number; objects: number; bytes: number }): Generator<[key: string, value: Buffer]>
