// Where times are on the picture, and which of them are written on its axis.

export interface Scale {
  start: number
  end: number
  /** Pixels. */
  width: number
}

export const xOf = ({ start, end, width }: Scale, time: number): number => ((time - start) / Math.max(1, end - start)) * width
export const timeOf = ({ start, end, width }: Scale, x: number): number => start + (x / Math.max(1, width)) * (end - start)

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const STEPS = [
  ...[SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
]
/** Pixels that a tick takes with its text. */
const TICK_WIDTH = 84

/** Round times, as many as there is room for; round revisions where nothing tells the time. */
export function ticksOf(scale: Scale, timed: boolean): number[] {
  const most = Math.max(1, Math.floor(scale.width / TICK_WIDTH))
  const length = scale.end - scale.start
  if (!(length > 0)) return [scale.start]
  const wanted = length / most
  const step = timed ? (STEPS.find((one) => one >= wanted) ?? Math.ceil(wanted / (24 * HOUR)) * 24 * HOUR) : roundStep(wanted)
  const ticks: number[] = []
  for (let tick = Math.ceil(scale.start / step) * step; tick <= scale.end && ticks.length <= most; tick += step) ticks.push(tick)
  return ticks
}

/** 1, 2 or 5 and zeros. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)))
  return power * ([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10)
}
