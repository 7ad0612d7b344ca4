// A page is unchanged after its transfer, whichever buffers its keys and values are in.
import { describe, expect, test } from 'vitest'
import { holdsValues } from '../sources/values-buffer.ts'
import { packPage, unpackPage } from './page-transfer.ts'

const bytes = (...of: number[]) => new Uint8Array(of)
const across = (kvs: { key: Uint8Array; value: Uint8Array }[]) => {
  const { page, transfer } = packPage(kvs)
  return [...unpackPage(structuredClone(page, { transfer }))].map(({ key, value }) => [[...key], [...value]])
}

describe('a packed page', () => {
  test('is unchanged', () => {
    expect(across([])).toEqual([])
    expect(across([{ key: bytes(1, 2), value: bytes() }])).toEqual([[[1, 2], []]])
    const kvs = [0, 1, 2].map((n) => ({ key: bytes(n), value: new Uint8Array(n).fill(n) }))
    expect(across(kvs)).toEqual(kvs.map(({ key, value }) => [[...key], [...value]]))
  })

  test('transfers a buffer that contains only its values, and copies any other', () => {
    const whole = bytes(1, 2, 3, 4, 5, 6)
    const kvs = [
      { key: bytes(0), value: whole.subarray(0, 2) },
      { key: bytes(1), value: whole.subarray(2, 6) },
    ]
    expect(packPage(kvs.slice(1)).page.values).not.toBe(whole.buffer)
    expect(across([{ key: bytes(9), value: whole.subarray(1, 3) }])).toEqual([[[9], [2, 3]]])
    expect(whole.byteLength).toBe(6)
    expect(packPage(kvs).page.values).toBe(whole.buffer)
    expect(across(kvs)).toEqual([
      [[0], [1, 2]],
      [[1], [3, 4, 5, 6]],
    ])
  })

  test('transfers what lies between its values too, if nothing else of the buffer is read', () => {
    const answer = bytes(9, 1, 2, 9, 9, 3, 9)
    const elsewhere = new Uint8Array(new ArrayBuffer(100), 90, 0)
    const kvs = [
      { key: bytes(0), value: elsewhere },
      { key: bytes(1), value: answer.subarray(1, 3) },
      { key: bytes(2), value: answer.subarray(5, 6) },
    ]
    const empty = answer.subarray(6, 6)
    holdsValues(answer.buffer, 3)
    expect(packPage(kvs.slice(0, 2)).page.values).not.toBe(answer.buffer)
    expect(packPage(kvs).page.values).toBe(answer.buffer)
    expect(packPage(kvs, { keeps: true }).page.values).not.toBe(answer.buffer)
    expect(across(kvs)).toEqual([
      [[0], []],
      [[1], [1, 2]],
      [[2], [3]],
    ])
    expect(answer.byteLength).toBe(0)
    // What is left of an answer that was handed over: a view of no bytes.
    expect(across([{ key: bytes(3), value: empty }])).toEqual([[[3], []]])
  })
})
