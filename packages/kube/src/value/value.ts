// The type of every decoded value: JSON without rounded numbers.

/** A number that a double cannot hold exactly (`1e400`, `0.1000000000000000000001`): kept as its decimal text. */
export class ExactNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** JSON as in Kubernetes. Integers beyond ±(2^53−1) are `bigint`; other numbers that a double would change are {@link ExactNumber}s. */
export type KubeValue = null | boolean | number | bigint | string | ExactNumber | KubeValue[] | KubeObject

/** A JSON object. Created with `Object.create(null)` or a literal; a key may be any string, including `__proto__`. */
export interface KubeObject {
  [key: string]: KubeValue
}

/** A position in a value in kubectl's JSONPath syntax: `.spec.containers[0].image`, `.metadata.annotations['a/b']`. */
export type KubePath = string

/** Sets a member of any name: a plain assignment to `__proto__` would set the prototype. */
export function setOwn(object: KubeObject, key: string, value: KubeValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}
