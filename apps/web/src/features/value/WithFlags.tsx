// A sentence whose command line flags are highlighted and not broken across lines.
export function WithFlags({ text }: { text: string }) {
  return text.split(/(--[a-z][a-z-]*(?: FILE)?)/).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence
      <code key={index} className="font-mono whitespace-nowrap">
        {part}
      </code>
    ) : (
      part
    ),
  )
}
