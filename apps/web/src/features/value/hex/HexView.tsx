// Bytes as hex and ASCII with offsets: only visible rows are rendered, and bytes can be selected by mouse or keyboard.
// biome-ignore-all lint/a11y/useSemanticElements: a table of a hundred thousand rows is drawn in part only, by rows that stand where they belong
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active cell
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { CopyButton } from '../../../ui/CopyButton.tsx'
import { PrintOnly } from '../../../ui/PrintOnly.tsx'
import { asciiOf, hexPair, offsetText, parseOffset, toBase64, toDump, toHex } from './byte-text.ts'
import { strings } from './strings.ts'

const ROW = 20

/** `actions` are at the end of the line above the bytes. */
export function HexView({
  bytes,
  label,
  link,
  actions,
}: {
  bytes: Uint8Array
  label: string
  /** The page's link, for printing. */
  link: string
  actions?: React.ReactNode
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(16)
  const [selection, setSelection] = useState<{ anchor: number; head: number } | null>(null)
  const [goTo, setGoTo] = useState('')
  const [wrong, setWrong] = useState(false)
  const id = useId()
  const size = bytes.length

  // Eight bytes per row if sixteen do not fit.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth >= 620 ? 16 : 8))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const rows = Math.ceil(size / width)
  const virtualizer = useVirtualizer({ count: rows, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8 })
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / ROW) - 1)
  const from = selection ? Math.min(selection.anchor, selection.head) : 0
  const to = selection ? Math.max(selection.anchor, selection.head) : -1

  // biome-ignore lint/correctness/useExhaustiveDependencies: new bytes start without a selection
  useEffect(() => setSelection(null), [bytes])

  const select = (offset: number, extend: boolean) => {
    const head = Math.max(0, Math.min(size - 1, offset))
    setSelection((current) => ({ anchor: extend && current ? current.anchor : head, head }))
    virtualizer.scrollToIndex(Math.floor(head / width), { align: 'auto' })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey
    if (mod && event.key === 'a') setSelection({ anchor: 0, head: size - 1 })
    else if (mod && event.key === 'c' && selection) void navigator.clipboard.writeText(toHex(bytes.subarray(from, to + 1)))
    else if (event.key === 'Escape' && selection) setSelection(null)
    else {
      const head = selection?.head ?? -1
      const steps: Record<string, number> = {
        ArrowRight: head + 1,
        ArrowLeft: head - 1,
        ArrowDown: head < 0 ? 0 : head + width,
        ArrowUp: head - width < 0 ? head : head - width,
        PageDown: Math.max(0, head) + pageRows * width,
        PageUp: Math.max(0, head) - pageRows * width,
        Home: mod ? 0 : Math.max(0, head) - (Math.max(0, head) % width),
        End: mod ? size - 1 : Math.max(0, head) - (Math.max(0, head) % width) + width - 1,
      }
      const next = steps[event.key]
      if (next === undefined || event.altKey) return
      select(next, event.shiftKey)
    }
    event.preventDefault()
  }

  /** The byte under the pointer, from the character position in its row. */
  const byteAt = (event: PointerEvent): number | null => {
    const target = document.elementFromPoint(event.clientX, event.clientY)
    const cell = target?.closest<HTMLElement>('[data-bytes]')
    if (!cell || !scroller.current?.contains(cell)) return null
    const start = Number(cell.dataset.start)
    const length = Math.min(width, size - start)
    const box = cell.getBoundingClientRect()
    const ascii = cell.dataset.bytes === 'ascii'
    const characters = ascii ? length : hexText(0, length).length
    const column = Math.floor(((event.clientX - box.left) / box.width) * characters)
    const index = ascii ? column : column < 25 || width < 16 ? Math.floor(column / 3) : 8 + Math.floor((column - 25) / 3)
    return start + Math.max(0, Math.min(length - 1, index))
  }
  const onPointerDown = (event: PointerEvent) => {
    const offset = byteAt(event)
    if (offset === null || event.button !== 0) return
    setSelection((current) => ({ anchor: event.shiftKey && current ? current.anchor : offset, head: offset }))
    // Touch scrolls; a mouse selects.
    if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const offset = byteAt(event)
    if (offset !== null) setSelection((current) => (current ? { anchor: current.anchor, head: offset } : current))
  }

  const chosen = selection ? bytes.subarray(from, to + 1) : bytes
  const look = (offset: number): string => {
    if (offset === selection?.head) return 'bg-ink text-surface'
    if (offset >= from && offset <= to) return 'bg-accent text-on-accent'
    const byte = bytes[offset] as number
    return byte === 0 ? 'text-faint' : byte >= 0x20 && byte < 0x7f ? 'text-ink' : 'text-soft'
  }
  const hexText = (start: number, length: number): string => {
    let out = ''
    for (let offset = start; offset < start + length; offset++)
      out += `${hexPair(bytes[offset] as number)}${width === 16 && offset % 16 === 7 ? '  ' : ' '}`
    return out
  }
  const asciiText = (start: number, length: number): string => Array.from(bytes.subarray(start, start + length), asciiOf).join('')
  /** One element per run of bytes that look alike: one per byte would be thousands. */
  const runs = (start: number, length: number, write: (start: number, length: number) => string) => {
    const parts: React.ReactNode[] = []
    for (let at = start; at < start + length; ) {
      const style = look(at)
      let end = at + 1
      while (end < start + length && look(end) === style) end++
      parts.push(
        <span key={at} className={style}>
          {write(at, end - at)}
        </span>,
      )
      at = end
    }
    return parts
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PrintOnly title={label} link={link} text={() => toDump(bytes, 0)} />
      <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3 py-1">
        <form
          className="flex items-center"
          onSubmit={(event) => {
            event.preventDefault()
            const offset = parseOffset(goTo, size)
            setWrong(offset === null)
            if (offset === null) return
            setSelection({ anchor: offset, head: offset })
            virtualizer.scrollToIndex(Math.floor(offset / width), { align: 'center' })
            scroller.current?.focus()
          }}
        >
          <input
            value={goTo}
            onChange={(event) => {
              setGoTo(event.target.value)
              setWrong(false)
            }}
            aria-label={`${strings.goTo} (${strings.goToHint})`}
            aria-invalid={wrong}
            placeholder={strings.goTo}
            title={strings.goToHint}
            spellCheck={false}
            autoComplete="off"
            className="h-7 w-32 rounded border border-line-strong/60 bg-surface px-2 font-mono text-sm placeholder:font-sans placeholder:text-faint aria-invalid:border-error"
          />
        </form>
        <span role="status" className="min-w-0 text-xs text-soft">
          {wrong ? (
            <span className="text-error">{strings.outside({ size })}</span>
          ) : selection ? (
            strings.selected(from, to - from + 1)
          ) : (
            <span className="max-sm:hidden">{strings.none}</span>
          )}
        </span>
        <span className="ml-auto flex flex-wrap items-center">
          <CopyButton text={() => toHex(chosen)} preview={chosen.length <= 64 ? toHex(chosen) : ''} label={strings.copyHex}>
            hex
          </CopyButton>
          <CopyButton text={() => toBase64(chosen)} preview={chosen.length <= 64 ? toBase64(chosen) : ''} label={strings.copyBase64}>
            base64
          </CopyButton>
          <CopyButton text={() => new TextDecoder().decode(chosen)} preview="" label={strings.copyText}>
            text
          </CopyButton>
          <CopyButton text={() => toDump(chosen, selection ? from : 0)} preview="" label={strings.copyDump}>
            dump
          </CopyButton>
          {actions}
        </span>
      </div>
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows}
        aria-colcount={3}
        aria-multiselectable
        aria-activedescendant={selection ? `${id}-${Math.floor(selection.head / width)}` : undefined}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        className="min-h-0 flex-1 overflow-auto py-1.5 font-mono text-[12.5px] leading-5 select-none"
      >
        <div
          role="presentation"
          className="relative w-max min-w-full"
          ref={(element) => element?.style.setProperty('height', `${virtualizer.getTotalSize()}px`)}
        >
          {virtualizer.getVirtualItems().map((row) => {
            const start = row.index * width
            const length = Math.min(width, size - start)
            return (
              <div
                key={row.index}
                role="row"
                aria-rowindex={row.index + 1}
                tabIndex={-1}
                ref={(element) => element?.style.setProperty('transform', `translateY(${row.start}px)`)}
                className="absolute top-0 left-0 flex h-5 whitespace-pre"
              >
                <span role="rowheader" className="px-3 text-faint">
                  {offsetText(start, size)}
                </span>
                <span
                  role="gridcell"
                  id={`${id}-${row.index}`}
                  aria-selected={start <= to && start + length > from}
                  className={width === 16 ? 'w-[50ch]' : 'w-[25ch]'}
                >
                  <span data-bytes="hex" data-start={start}>
                    {runs(start, length, hexText)}
                  </span>
                </span>
                <span role="gridcell" className="border-l border-line px-2">
                  <span data-bytes="ascii" data-start={start}>
                    {runs(start, length, asciiText)}
                  </span>
                </span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
