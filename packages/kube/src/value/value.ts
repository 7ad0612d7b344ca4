// The shape of every decoded value: JSON's, with no number ever rounded.

/** A number whose decimal text a double cannot hold exactly (`1e400`, `0.1000000000000000000001`): kept as it was written. */
export class ExactNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** JSON as Kubernetes means it. Integers beyond ±(2^53−1) are `bigint`; everything else that a double would change is an {@link ExactNumber}. */
export type KubeValue = null | boolean | number | bigint | string | ExactNumber | KubeValue[] | KubeObject

/** A JSON object. Made with `Object.create(null)` or a plain literal; a key may be any string, also `__proto__`. */
export interface KubeObject {
  [key: string]: KubeValue
}

/** Where in a value something is, as kubectl's JSONPath writes it: `.spec.containers[0].image`, `.metadata.annotations['a/b']`. */
export type KubePath = string

/** Sets a member whatever its name: a plain assignment to `__proto__` would set the prototype instead. */
export function setOwn(object: KubeObject, key: string, value: KubeValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}
