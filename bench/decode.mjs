// Decode throughput for captured pods: the whole object, a pods table's fields, and the structural check, beside JSON.parse of the same JSON.
import { readFileSync } from 'node:fs'
import { selectFields, tableFor, toJsonText } from '@registree/kube'
import { checkValue, decode, decodeFields } from '@registree/kube/open'
import { goal, median, verdicts } from './support/report.mjs'

const captured = JSON.parse(readFileSync(new URL('../packages/kube/testdata/captured.json', import.meta.url), 'utf8'))
const values = captured.map((entry) => Buffer.from(entry.value, 'base64')).filter((bytes) => decode(bytes).kind === 'Pod')
const texts = values.map((bytes) => toJsonText(decode(bytes).object))
const jsonValues = texts.map((text) => Buffer.from(text))
// The fields of the pods table: kubectl's columns, including wide ones and sidecars.
const POD_FIELDS = selectFields(tableFor('v1', 'Pod', undefined).paths)

const ROUNDS = 15
const PER_ROUND_MS = 120

const cases = {
  'JSON.parse of the same object': { inputs: texts, bytes: texts.map((t) => Buffer.byteLength(t)), run: (text) => JSON.parse(text) },
  'decode, whole object': { inputs: values, bytes: values.map((v) => v.length), run: (bytes) => decode(bytes) },
  'decodeFields, pods table': { inputs: values, bytes: values.map((v) => v.length), run: (bytes) => decodeFields(bytes, POD_FIELDS) },
  'checkValue, protobuf': { inputs: values, bytes: values.map((v) => v.length), run: (bytes) => checkValue(bytes) },
  'checkValue, JSON': { inputs: jsonValues, bytes: jsonValues.map((v) => v.length), run: (bytes) => checkValue(bytes) },
}

// Rounds alternate, so that a slow moment of the machine affects all three; the median round counts.
const rates = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
let sink = 0
for (let round = -3; round < ROUNDS; round++) {
  for (const [name, { inputs, run }] of Object.entries(cases)) {
    const until = performance.now() + PER_ROUND_MS
    const start = performance.now()
    let count = 0
    while (performance.now() < until) {
      for (const input of inputs) if (run(input) !== null) sink += 1
      count += inputs.length
    }
    if (round >= 0) rates[name].push((count / (performance.now() - start)) * 1000)
  }
}
if (sink === 0) throw new Error('nothing was decoded')

const base = median(rates['JSON.parse of the same object'])
console.log(
  `${values.length} pods as captured: ${values.reduce((n, v) => n + v.length, 0)} bytes stored, ${texts.reduce((n, t) => n + Buffer.byteLength(t), 0)} bytes as JSON\n`,
)
console.log(`${'case'.padEnd(32)}${'objects/s'.padStart(12)}${'MB/s'.padStart(9)}${'µs/object'.padStart(12)}${'× JSON.parse'.padStart(15)}`)
for (const [name, { bytes }] of Object.entries(cases)) {
  const rate = median(rates[name])
  const mean = bytes.reduce((a, b) => a + b, 0) / bytes.length
  console.log(
    name.padEnd(32) +
      Math.round(rate).toLocaleString('en').padStart(12) +
      ((rate * mean) / 1e6).toFixed(1).padStart(9) +
      (1e6 / rate).toFixed(1).padStart(12) +
      (rate / base).toFixed(2).padStart(15),
  )
}
const LEAST = { 'decode, whole object': 1, 'decodeFields, pods table': 6, 'checkValue, protobuf': 2 }
const yardstick = { what: 'JSON.parse', figures: rates['JSON.parse of the same object'] }
verdicts(Object.entries(LEAST).map(([what, atLeast]) => goal({ what, unit: 'objects/s', figures: rates[what], yardstick, atLeast })))
